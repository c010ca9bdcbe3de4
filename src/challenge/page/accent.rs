//! The owner's colour, adjusted until it is readable.

use std::{error::Error, fmt, str::FromStr};

/// The owner's colour, for the main button, the links and the focus.
///
/// Any colour will do: where it would be hard to read, it is darkened or lightened until it has the
/// contrast that [WCAG 2.2](https://www.w3.org/TR/WCAG22/#contrast-minimum) asks for.
///
/// # Grammar
///
/// ```text
/// accent = "#" ( 3HEXDIG / 6HEXDIG )
/// ```
///
/// # Example values
///
/// - `#0a7d4f`
/// - `#07f`
///
/// # Examples
///
/// ```
/// use statuary::challenge::Accent;
///
/// let green: Accent = "#0a7d4f".parse()?;
/// assert_eq!(green, Accent::rgb(0x0a, 0x7d, 0x4f));
/// assert_eq!(green.to_string(), "#0a7d4f");
///
/// let wrong = "green".parse::<Accent>().unwrap_err();
/// assert_eq!(wrong.to_string(), "color is not `#` and three or six hexadecimal digits");
/// # Ok::<_, statuary::challenge::InvalidAccent>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Accent([u8; 3]);

/// The error of a text that is not a colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidAccent;

// === impl Accent ===

impl Accent {
    pub(super) const BLACK: Self = Self([0; 3]);
    pub(super) const WHITE: Self = Self([255; 3]);

    /// A colour by its red, green and blue in sRGB.
    #[must_use]
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Black or white, whichever is easier to read on it. One of them always has a contrast of at
    /// least 4.58.
    pub(super) fn ink(self) -> Self {
        match self.contrast(Self::WHITE) < self.contrast(Self::BLACK) {
            true => Self::BLACK,
            false => Self::WHITE,
        }
    }

    /// This colour, moved towards another just far enough to stand out from both grounds.
    pub(super) fn moved(self, towards: Self, grounds: [Self; 2], contrast: f64) -> Self {
        const STEPS: u16 = 32;

        let stands_out = |color: &Self| {
            let mut contrasts = grounds.iter().map(|ground| color.contrast(*ground));
            contrasts.all(|found| found >= contrast)
        };
        let mut mixed = (0..STEPS).map(|step| self.mixed(towards, step, STEPS));
        mixed.find(stands_out).unwrap_or(towards)
    }

    fn mixed(self, other: Self, part: u16, whole: u16) -> Self {
        let mut channels = self.0;
        for (channel, other) in channels.iter_mut().zip(other.0) {
            let sum = u16::from(*channel) * (whole - part) + u16::from(other) * part;
            // A mean of bytes is a byte.
            *channel = u8::try_from(sum / whole).unwrap_or(u8::MAX);
        }
        Self(channels)
    }

    /// The contrast ratio of WCAG 2.2.
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The relative luminance of WCAG 2.2.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let channel = f64::from(channel) / 255.0;
            match channel <= 0.04045 {
                true => channel / 12.92,
                false => ((channel + 0.055) / 1.055).powf(2.4),
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([red, green, blue]) = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl FromStr for Accent {
    type Err = InvalidAccent;

    fn from_str(text: &str) -> Result<Self, InvalidAccent> {
        let digits = text.strip_prefix('#').ok_or(InvalidAccent)?;
        let digit = |at: usize| {
            let digit = digits.as_bytes().get(at).copied().map(char::from);
            let digit = digit.and_then(|digit| digit.to_digit(16));
            digit.and_then(|digit| u8::try_from(digit).ok())
        };
        let (width, second) = match digits.len() {
            3 => (1, 0),
            6 => (2, 1),
            _ => return Err(InvalidAccent),
        };
        let mut channels = [0; 3];
        for (place, channel) in channels.iter_mut().enumerate() {
            let pair = digit(place * width).zip(digit(place * width + second));
            let (high, low) = pair.ok_or(InvalidAccent)?;
            *channel = high * 16 + low;
        }
        Ok(Self(channels))
    }
}

// === impl InvalidAccent ===

impl fmt::Display for InvalidAccent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("color is not `#` and three or six hexadecimal digits")
    }
}

impl Error for InvalidAccent {}
