//! The grammar of the header.

use std::sync::Arc;

use super::{IfCondition, IfConditionKind, IfList};
use crate::dav::{LockToken, entity_tag::scan, href::Href};

/// The rest of the header.
struct Rest<'h>(&'h str);

/// Reads the whole header. The error continues the sentence "the header must".
pub(super) fn lists(header: &str) -> Result<Vec<IfList>, &'static str> {
    let mut rest = Rest(header);
    let mut lists: Vec<IfList> = Vec::new();
    let mut resource: Option<Arc<Href<'static>>> = None;
    let mut is_tag_used = true;
    loop {
        match rest.peek() {
            Some('(') => {
                lists.push(IfList {
                    resource: resource.clone(),
                    conditions: rest.list()?,
                });
                is_tag_used = true;
            }
            Some('<') if resource.is_none() && !lists.is_empty() => {
                return Err("tag all of its lists with a resource, or none");
            }
            Some('<') if is_tag_used => {
                resource = Some(Arc::new(rest.resource()?));
                is_tag_used = false;
            }
            None if is_tag_used && !lists.is_empty() => return Ok(lists),
            _ => return Err("hold lists of conditions in parentheses"),
        }
    }
}

// === impl Rest ===

impl<'h> Rest<'h> {
    fn peek(&mut self) -> Option<char> {
        self.0 = self.0.trim_start_matches([' ', '\t']);
        self.0.chars().next()
    }

    fn list(&mut self) -> Result<Vec<IfCondition>, &'static str> {
        let mut conditions = Vec::new();
        self.0 = &self.0[1..];
        loop {
            let negated = self.take_not();
            let kind = match self.peek() {
                Some('<') => {
                    let token = self.between('<', '>').and_then(LockToken::of);
                    IfConditionKind::StateToken(token.ok_or("have an absolute URI in `<` and `>`")?)
                }
                Some('[') => IfConditionKind::EntityTag(self.entity_tag()?),
                Some(')') if !negated && !conditions.is_empty() => {
                    self.0 = &self.0[1..];
                    return Ok(conditions);
                }
                _ => return Err("have a state token or an entity tag as each condition"),
            };
            conditions.push(IfCondition { negated, kind });
        }
    }

    /// The tag may hold any bracket.
    fn entity_tag(&mut self) -> Result<Box<str>, &'static str> {
        const RULE: &str = "have a quoted entity tag in `[` and `]`";

        let inside = self.0[1..].trim_start_matches([' ', '\t']);
        let (tag, behind) = scan(inside).ok_or(RULE)?;
        let behind = behind.trim_start_matches([' ', '\t']);
        self.0 = behind.strip_prefix(']').ok_or(RULE)?;
        Ok(tag.into())
    }

    /// A client sends it with the mount, if there is one.
    fn resource(&mut self) -> Result<Href<'static>, &'static str> {
        let resource = self.between('<', '>').map(|it| Href::parse(it.to_owned()));
        let resource = resource.and_then(Result::ok).map(Href::of_server);
        resource.ok_or("have a URI or an absolute path as the tag of a list")
    }

    fn between(&mut self, open: char, close: char) -> Option<&'h str> {
        let (inside, rest) = self.0.strip_prefix(open)?.split_once(close)?;
        self.0 = rest;
        Some(inside)
    }

    fn take_not(&mut self) -> bool {
        self.peek();
        let (word, rest) = self.0.split_at_checked(3).unwrap_or_default();
        let is_not = word.eq_ignore_ascii_case("not");
        if is_not {
            self.0 = rest;
        }
        is_not
    }
}
