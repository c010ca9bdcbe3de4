//! Properties that always come together.

use std::marker::PhantomData;

use super::{
    Property,
    named::{Named, Tags, Value},
};
use crate::xml::{Content, Markup, Name, Prefixes, Tag, Written};

/// A list of properties whose names are known at compile time: a tuple of [`Named`] ones, or `Option`s of
/// them; one that is `None` is missing.
///
/// It suits a server that gives the same properties for many resources. All markup between two values is put
/// together at compile time, so that writing a row is little more than writing its values. The result is that
/// of adding its properties one by one, byte for byte. A property may occur only once in a resource, so a row
/// that has one twice does not compile.
///
/// # Examples
///
/// ```
/// use std::time::SystemTime;
///
/// use statuary::{
///     Href, MultiStatus,
///     prop::{DisplayName, GetContentLength, GetContentType, GetLastModified, Row},
/// };
///
/// struct File { name: String, length: u64, modified: SystemTime, media_type: Option<String> }
///
/// fn row(file: &File) -> impl Row {
///     (
///         DisplayName(&file.name),
///         GetContentLength(file.length),
///         GetLastModified(file.modified),
///         file.media_type.as_deref().map(GetContentType),
///     )
/// }
///
/// # let files = [File { name: "a".into(), length: 3, modified: SystemTime::now(), media_type: None }];
/// let root = Href::collection("/");
/// let mut listing = MultiStatus::new();
/// for file in &files {
///     listing.resource(root.member(&file.name)?).row(&row(file)).end();
/// }
/// assert!(listing.to_string().contains("<D:getcontenttype/></D:prop><D:status>HTTP/1.1 404"));
/// # Ok::<(), statuary::dav::InvalidHref>(())
/// ```
///
/// A property that is given twice, even if one of the two may be missing, is a compile error:
///
/// ```compile_fail,E0080
/// use statuary::{Href, MultiStatus, prop::DisplayName};
///
/// let mut listing = MultiStatus::new();
/// listing.resource(Href::path("/a")).row(&(DisplayName("A"), Some(DisplayName("B")))).end();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of properties",
    note = "a row is a tuple of up to 16 `prop::Named` properties, or `Option`s of them"
)]
pub trait Row: private::Sealed {
    /// Whether any property was found, and whether any was not.
    #[doc(hidden)]
    fn has_found(&self) -> bool;
    #[doc(hidden)]
    fn has_missing(&self) -> bool;

    /// Writes the properties that were found as children of `DAV:prop`.
    #[doc(hidden)]
    fn write_found(&self, prop: &mut Content<'_>);

    /// Writes the names of those that were not found.
    #[doc(hidden)]
    fn write_missing(&self, prop: &mut Content<'_>);

    /// The keys of all names, added up.
    #[doc(hidden)]
    fn key(&self) -> u64;

    /// Hands out the properties that were found, one by one.
    #[doc(hidden)]
    fn each(&self, each: impl FnMut(Lone<'_>));
}

/// A member of a row.
trait Member {
    const NAME: &'static Name<'static>;
    const IS_OPTIONAL: bool;

    fn is_found(&self) -> bool;

    fn value(&self) -> Option<Value<'_>>;
}

/// What is known of the members of a row.
struct Members<T>(PhantomData<T>);

/// What is known of a member at compile time.
#[derive(Clone, Copy)]
struct Known {
    name: &'static Name<'static>,
    is_optional: bool,
    /// The number of its namespace in this row, if it needs one.
    number: usize,
}

/// One property of a row, by itself.
#[doc(hidden)]
#[derive(Debug)]
#[expect(unnameable_types, reason = "it is handed from room to room")]
pub struct Lone<'a>(&'static Name<'static>, Value<'a>);

mod private {
    #[expect(unnameable_types, reason = "nobody else may implement it")]
    pub trait Sealed {}
}

// === impl Member ===

impl<P: Named> Member for P {
    const NAME: &'static Name<'static> = Tags::<P>::NAME;
    const IS_OPTIONAL: bool = false;

    #[inline(always)]
    fn is_found(&self) -> bool {
        true
    }

    #[inline(always)]
    fn value(&self) -> Option<Value<'_>> {
        Some(Named::value(self))
    }
}

impl<P: Named> Member for Option<P> {
    const NAME: &'static Name<'static> = Tags::<P>::NAME;
    const IS_OPTIONAL: bool = true;

    #[inline(always)]
    fn is_found(&self) -> bool {
        self.is_some()
    }

    #[inline(always)]
    fn value(&self) -> Option<Value<'_>> {
        self.as_ref().map(Named::value)
    }
}

// === impl Known ===

impl Known {
    const fn of<M: Member>() -> Self {
        Self {
            name: M::NAME,
            is_optional: M::IS_OPTIONAL,
            number: 0,
        }
    }

    /// The members with the numbers of their namespaces, which follow the order of the row. A repeated member
    /// does not compile.
    const fn numbered<const N: usize>(mut members: [Self; N]) -> [Self; N] {
        let mut count = 0;
        let mut at = 0;
        while at < N {
            let mut before = 0;
            while before < at {
                let is_twice = members[before].name.is_constant(members[at].name);
                assert!(!is_twice, "a row has a property twice");
                before += 1;
            }
            if members[at].name.is_numbered() {
                let mut same = 0;
                while same < at && !members[same].name.is_beside(members[at].name) {
                    same += 1;
                }
                members[at].number = if same < at {
                    members[same].number
                } else {
                    count
                };
                count += (same == at) as usize;
            }
            at += 1;
        }
        members
    }

    const fn key(members: &[Self]) -> u64 {
        let (mut key, mut at) = (0_u64, 0);
        while at < members.len() {
            key = key.wrapping_add(members[at].name.constant_key());
            at += 1;
        }
        key
    }

    const fn open(self, before: Markup) -> Markup {
        before.open(self.name, self.number)
    }

    const fn close(self, before: Markup) -> Markup {
        before.close(self.name, self.number)
    }

    const fn empty(self) -> Markup {
        Markup::EMPTY.empty(self.name, self.number)
    }

    /// The markup between the values of two members. One that is optional has its tags to itself.
    const fn gap(members: &[Self], at: usize, with_close: bool) -> Markup {
        let mut gap = Markup::EMPTY;
        if at > 0 && with_close && !members[at - 1].is_optional {
            gap = members[at - 1].close(gap);
        }
        if at < members.len() && !members[at].is_optional {
            gap = members[at].open(gap);
        }
        gap
    }

    #[inline(always)]
    fn is_declared(self, prefixes: &mut Prefixes) -> bool {
        prefixes.of(self.name) == self.name.constant_prefix(self.number)
    }
}

// === impl Lone ===

impl Property for Lone<'_> {
    fn name(&self) -> Name<'_> {
        self.0.borrowed()
    }

    fn value(&self, tag: Tag<'_, '_>) -> Written {
        self.1.write(tag)
    }
}

// === impl Row ===

/// The members of a row, each with its place.
macro_rules! row {
    ($($member:ident $at:tt)*; $count:tt) => {
        impl<$($member: Member),*> private::Sealed for ($($member,)*) {}

        impl<$($member: Member),*> Members<($($member,)*)> {
            const ALL: [Known; $count] = Known::numbered([$(Known::of::<$member>()),*]);
        }

        impl<$($member: Member),*> Row for ($($member,)*) {
            #[inline(always)]
            fn has_found(&self) -> bool {
                false $(|| self.$at.is_found())*
            }

            #[inline(always)]
            fn has_missing(&self) -> bool {
                false $(|| !self.$at.is_found())*
            }

            #[inline]
            fn write_found(&self, prop: &mut Content<'_>) {
                let prefixes = prop.pieces().1;
                let mut agree = true;
                $(agree &= const { Members::<Self>::ALL[$at] }.is_declared(prefixes);)*
                if !agree {
                    return self.each(|property| {
                        property.write(prop);
                    });
                }
                let mut is_open = true;
                $(
                    let gap = const { &Known::gap(&Members::<Self>::ALL, $at, true) };
                    let gap_behind_empty = const { &Known::gap(&Members::<Self>::ALL, $at, false) };
                    let gap = if is_open { gap } else { gap_behind_empty };
                    let value = self.$at.value();
                    is_open = if $member::IS_OPTIONAL {
                        prop.bytes().extend_from_slice(gap.as_bytes());
                        let open = const { &Members::<Self>::ALL[$at].open(Markup::EMPTY) };
                        let close = const { &Members::<Self>::ALL[$at].close(Markup::EMPTY) };
                        if let Some(value) = value {
                            value.write_between(open, close, prop);
                        }
                        true
                    } else {
                        value.is_none_or(|value| value.write_between(gap, &Markup::EMPTY, prop))
                    };
                )*
                let gap = const { &Known::gap(&Members::<Self>::ALL, $count, true) };
                if is_open {
                    prop.bytes().extend_from_slice(gap.as_bytes());
                }
            }

            #[inline]
            fn write_missing(&self, prop: &mut Content<'_>) {
                $(
                    if !self.$at.is_found() {
                        let known = const { Members::<Self>::ALL[$at] };
                        let tag = const { &Members::<Self>::ALL[$at].empty() };
                        if known.is_declared(prop.pieces().1) {
                            prop.bytes().extend_from_slice(tag.as_bytes());
                        } else {
                            prop.element(known.name).empty();
                        }
                    }
                )*
            }

            #[inline(always)]
            fn key(&self) -> u64 {
                const { Known::key(&Members::<Self>::ALL) }
            }

            fn each(&self, mut each: impl FnMut(Lone<'_>)) {
                $(
                    if let Some(value) = self.$at.value() {
                        each(Lone($member::NAME, value));
                    }
                )*
            }
        }
    };
}

row!(A 0; 1);
row!(A 0 B 1; 2);
row!(A 0 B 1 C 2; 3);
row!(A 0 B 1 C 2 D 3; 4);
row!(A 0 B 1 C 2 D 3 E 4; 5);
row!(A 0 B 1 C 2 D 3 E 4 F 5; 6);
row!(A 0 B 1 C 2 D 3 E 4 F 5 G 6; 7);
row!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7; 8);
row!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8; 9);
row!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9; 10);
row!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10; 11);
row!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11; 12);
row!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12; 13);
row!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13; 14);
row!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14; 15);
row!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15; 16);
