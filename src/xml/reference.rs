//! References to characters: `&amp;`, `&#38;`, `&#x26;`.

use super::{
    error::{ErrorKind, Fault},
    is_forbidden,
};

/// The character that a reference stands for, given what is between `&` and `;`, which starts `at`.
pub(crate) fn resolve(reference: &str, at: usize) -> Result<char, Fault> {
    match reference {
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "gt" => Ok('>'),
        "lt" => Ok('<'),
        "quot" => Ok('"'),
        _ => match reference.strip_prefix('#') {
            Some(number) => character(number, at),
            None => Err(Fault::new(
                ErrorKind::Entity,
                "the entity is not one of XML's own, write the character itself",
                at,
            )),
        },
    }
}

// === helpers ===

fn character(number: &str, at: usize) -> Result<char, Fault> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // `from_str_radix` accepts a sign, and XML does not.
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(Fault::new(
            ErrorKind::Syntax,
            "a character reference is not a number, write one like `&#38;`",
            at,
        ));
    }
    u32::from_str_radix(digits, radix)
        .ok()
        .and_then(char::from_u32)
        .filter(|&c| !is_forbidden(c))
        .ok_or_else(|| {
            let sentence = "a reference names a character that XML forbids, leave it out";
            Fault::new(ErrorKind::ForbiddenCharacter, sentence, at)
        })
}
