//! The colours of the page, in light and in dark.

use std::fmt;

use crate::challenge::page::Accent;

/// The colours of one scheme.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    ground: Accent,
    card: Accent,
    ink: Accent,
    quiet: Accent,
    line: Accent,
    /// What the owner's colour is moved towards if it cannot be seen.
    far: Accent,
}

/// A scheme with the owner's colour, as CSS.
#[derive(Clone, Copy, Debug)]
pub(super) struct Painted(pub(super) Palette, pub(super) Accent);

// === impl Palette ===

impl Palette {
    pub(super) const LIGHT: Self = Self {
        ground: Accent::rgb(0xf5, 0xf5, 0xf2),
        card: Accent::WHITE,
        ink: Accent::rgb(0x1b, 0x1b, 0x19),
        quiet: Accent::rgb(0x5c, 0x5c, 0x56),
        line: Accent::rgb(0xdd, 0xdd, 0xd7),
        far: Accent::BLACK,
    };

    pub(super) const DARK: Self = Self {
        ground: Accent::rgb(0x12, 0x12, 0x11),
        card: Accent::rgb(0x1c, 0x1c, 0x1a),
        ink: Accent::rgb(0xec, 0xec, 0xe8),
        quiet: Accent::rgb(0xa8, 0xa8, 0xa0),
        line: Accent::rgb(0x36, 0x36, 0x32),
        far: Accent::WHITE,
    };
}

// === impl Painted ===

impl fmt::Display for Painted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(palette, owners) = self;
        let Palette {
            ground,
            card,
            ink,
            quiet,
            line,
            far,
        } = *palette;
        let accent = owners.moved(far, [ground, card], SHAPE);
        let on_accent = accent.ink();
        let link = owners.moved(far, [ground, card], TEXT);
        write!(
            f,
            ":root{{--ground:{ground};--card:{card};--ink:{ink};--quiet:{quiet};--line:{line};\
             --accent:{accent};--on-accent:{on_accent};--link:{link}}}"
        )
    }
}

/// The contrast that a component needs, and that a text needs: WCAG 2.2, 1.4.11 and 1.4.3.
const SHAPE: f64 = 3.0;
const TEXT: f64 = 4.5;
