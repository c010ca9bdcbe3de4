//! The operators of a condition.

use crate::{
    request::{
        names::Names,
        nested::{Nested, Nesting},
        walk::{self, DAV},
    },
    xml::{Element, Error, ErrorKind, Name, Parser},
};

/// An operator of a condition. The operands of [`And`](Self::And), [`Or`](Self::Or) and
/// [`Not`](Self::Not) are nested in them.
///
/// [RFC 5323, section 5.5](https://www.rfc-editor.org/rfc/rfc5323#section-5.5)
///
/// An operator that the server does not support is answered by 422.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT where ( %all_ops; ) >
/// <!ELEMENT and   ( %all_ops; )+ >
/// <!ELEMENT or    ( %all_ops; )+ >
/// <!ELEMENT not   ( %all_ops; ) >
/// <!ELEMENT eq    (prop, (literal|typed-literal)) >
/// <!ELEMENT like  (prop, literal) >
/// <!ELEMENT contains (#PCDATA)>
/// <!ELEMENT is-collection EMPTY >
/// <!ELEMENT is-defined (prop) >
/// <!ELEMENT language-defined (prop) >
/// <!ELEMENT language-matches (prop, literal) >
/// ```
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{
///     request::{Branch, search::{Comparison, Operator, Search}},
///     xml::{Limits, Name},
/// };
///
/// const LENGTH: Name<'static> = Name::dav("getcontentlength");
///
/// struct File { name: &'static str, length: u64 }
///
/// /// Whether a condition holds for a file; 422 for what this server does not search by.
/// fn holds(condition: Branch<'_, Operator>, file: &File) -> Result<bool, StatusCode> {
///     let mut nested = condition.branches().map(|nested| holds(nested, file));
///     match condition.value() {
///         Operator::And => nested.try_fold(true, |all, one| Ok(all & one?)),
///         Operator::Or => nested.try_fold(false, |any, one| Ok(any | one?)),
///         Operator::Not => nested.try_fold(true, |_, one| Ok(!one?)),
///         Operator::IsCollection => Ok(false),
///         Operator::Contains(text) => Ok(file.name.contains(&**text)),
///         Operator::Compare { comparison, property, literal, .. } if *property == LENGTH => {
///             let length = literal.text.trim().parse();
///             let order = file.length.cmp(&length.map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?);
///             Ok(match comparison {
///                 Comparison::Equal => order.is_eq(),
///                 Comparison::Greater => order.is_gt(),
///                 Comparison::GreaterOrEqual => order.is_ge(),
///                 Comparison::Less => order.is_lt(),
///                 Comparison::LessOrEqual => order.is_le(),
///                 _ => return Err(StatusCode::UNPROCESSABLE_ENTITY),
///             })
///         }
///         _ => Err(StatusCode::UNPROCESSABLE_ENTITY),
///     }
/// }
///
/// let body = br#"<searchrequest xmlns="DAV:"><basicsearch>
///     <select><allprop/></select>
///     <from><scope><href>/</href><depth>infinity</depth></scope></from>
///     <where><and>
///         <gt><prop><getcontentlength/></prop><literal>10000</literal></gt>
///         <not><contains>draft</contains></not>
///     </and></where>
/// </basicsearch></searchrequest>"#;
/// let Search::Basic(search) = Search::parse(body, &Limits::request())? else { unreachable!() };
///
/// let condition = search.condition().branches().next().expect("there is a `where`");
/// assert_eq!(holds(condition, &File { name: "report", length: 20_000 }), Ok(true));
/// assert_eq!(holds(condition, &File { name: "draft of a report", length: 20_000 }), Ok(false));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Operator {
    /// All nested operators hold.
    And,
    /// The value of a property compares like this with a literal.
    Compare {
        /// The comparison.
        comparison: Comparison,
        /// The property.
        property: Name<'static>,
        /// What it is compared with.
        literal: Literal,
        /// Whether case is ignored; `None` leaves that to the server.
        caseless: Option<bool>,
    },
    /// The content of the resource matches this text.
    Contains(String),
    /// The resource is a collection.
    IsCollection,
    /// The resource has this property.
    IsDefined(Name<'static>),
    /// The language of this property is known.
    LanguageDefined(Name<'static>),
    /// The language of a property is this one, or a variety of it.
    LanguageMatches {
        /// The property.
        property: Name<'static>,
        /// The language, such as `en`.
        language: String,
    },
    /// The value of a property matches a pattern, in which `%` is any text, `_` is any character,
    /// and `\` escapes both.
    Like {
        /// The property.
        property: Name<'static>,
        /// The pattern.
        pattern: String,
        /// Whether case is ignored; `None` leaves that to the server.
        caseless: Option<bool>,
    },
    /// The nested operator does not hold.
    Not,
    /// At least one nested operator holds.
    Or,
    /// An operator that this crate does not know, as it was sent.
    Other(Element),
}

/// How a value is compared with a literal
/// ([RFC 5323, sections 5.8 and 5.9](https://www.rfc-editor.org/rfc/rfc5323#section-5.8)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Comparison {
    /// `eq`
    Equal,
    /// `gt`
    Greater,
    /// `gte`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `lte`
    LessOrEqual,
}

/// A value in a query, including white space.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Literal {
    /// The value.
    pub text: String,
    /// The type of a `typed-literal`
    /// ([RFC 5323, section 5.11](https://www.rfc-editor.org/rfc/rfc5323#section-5.11)), such as
    /// `{http://www.w3.org/2001/XMLSchema}integer`; `None` for a plain `literal`.
    pub data_type: Option<Name<'static>>,
}

/// The operands of a comparison.
#[derive(Debug, Default)]
struct Operands {
    property: Option<Name<'static>>,
    literal: Option<Literal>,
}

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const STRING: Name<'static> = Name::from_static("http://www.w3.org/2001/XMLSchema", "string");

// === impl Operator ===

impl Operator {
    /// Reads the operators inside the `where` just entered, however deep, in one loop.
    pub(super) fn read_all(parser: &mut Parser<'_>) -> Result<Nested<Self>, Error> {
        let mut operators: Nesting<Self> = Nesting::new();
        loop {
            if !parser.enter()? {
                match operators.close() {
                    Some((operator, inside)) => operator.check(inside, parser)?,
                    None => break,
                }
            } else if let Some(operator) = Self::opened(parser) {
                operators.open(operator);
            } else {
                operators.open(Self::read(parser)?);
                operators.close();
            }
        }
        let operators = operators.finish();
        match operators.branches().count() {
            1 => Ok(operators),
            _ => Err(walk::missing(parser, "`where` does not hold one operator")),
        }
    }

    /// The operator just entered, if others are nested in it.
    fn opened(parser: &Parser<'_>) -> Option<Self> {
        match parser.local() {
            "and" if parser.is_dav("and") => Some(Self::And),
            "not" if parser.is_dav("not") => Some(Self::Not),
            "or" if parser.is_dav("or") => Some(Self::Or),
            _ => None,
        }
    }

    fn check(&self, inside: usize, parser: &Parser<'_>) -> Result<(), Error> {
        match (self, inside) {
            (Self::Not, 1) => Ok(()),
            (Self::Not, _) => Err(walk::missing(parser, "`not` does not hold one operator")),
            (_, 0) => Err(walk::missing(
                parser,
                "`and` and `or` hold at least one operator",
            )),
            _ => Ok(()),
        }
    }

    /// Reads the operator just entered, in which no others are nested, and goes to its end.
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        if parser.namespace() != DAV {
            return parser.element().map(Self::Other);
        }
        if let Some(comparison) = Comparison::of(parser.local()) {
            let caseless = walk::maybe_yes(parser, "caseless")?;
            let (property, literal) = Operands::read(parser)?.both(parser)?;
            return Ok(Self::Compare {
                comparison,
                property,
                literal,
                caseless,
            });
        }
        match parser.local() {
            "contains" => parser.untrimmed_content().map(Self::Contains),
            "is-collection" => parser.skip().map(|()| Self::IsCollection),
            "is-defined" => {
                let operands = Operands::read(parser)?;
                operands.property(parser).map(Self::IsDefined)
            }
            "language-defined" => {
                let operands = Operands::read(parser)?;
                operands.property(parser).map(Self::LanguageDefined)
            }
            "language-matches" => {
                let (property, literal) = Operands::read(parser)?.both(parser)?;
                Ok(Self::LanguageMatches {
                    property,
                    language: literal.text,
                })
            }
            "like" => {
                let caseless = walk::maybe_yes(parser, "caseless")?;
                let (property, literal) = Operands::read(parser)?.both(parser)?;
                Ok(Self::Like {
                    property,
                    pattern: literal.text,
                    caseless,
                })
            }
            _ => parser.element().map(Self::Other),
        }
    }
}

// === impl Comparison ===

impl Comparison {
    fn of(local: &str) -> Option<Self> {
        match local {
            "eq" => Some(Self::Equal),
            "gt" => Some(Self::Greater),
            "gte" => Some(Self::GreaterOrEqual),
            "lt" => Some(Self::Less),
            "lte" => Some(Self::LessOrEqual),
            _ => None,
        }
    }
}

// === impl Literal ===

impl Literal {
    /// A plain `literal`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            data_type: None,
        }
    }
}

// === impl Operands ===

impl Operands {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let mut operands = Self::default();
        while parser.enter()? {
            if parser.is_dav("prop") {
                let name = Names::read_one(parser, "an operator does not name one property")?;
                let sentence = "an operator holds more than one `prop`";
                walk::once(&mut operands.property, name, parser, sentence)?;
            } else if parser.is_dav("literal") || parser.is_dav("typed-literal") {
                let data_type = match parser.is_dav("typed-literal") {
                    true => Some(data_type(parser)?),
                    false => None,
                };
                let text = parser.untrimmed_content()?;
                let sentence = "an operator holds more than one literal";
                let literal = Literal { text, data_type };
                walk::once(&mut operands.literal, literal, parser, sentence)?;
            } else {
                parser.skip()?;
            }
        }
        Ok(operands)
    }

    fn property(self, parser: &Parser<'_>) -> Result<Name<'static>, Error> {
        let missing = || walk::missing(parser, "an operator holds no `prop`");
        self.property.ok_or_else(missing)
    }

    fn both(mut self, parser: &Parser<'_>) -> Result<(Name<'static>, Literal), Error> {
        let literal = self.literal.take();
        let property = self.property(parser)?;
        let missing = || walk::missing(parser, "an operator holds no literal");
        Ok((property, literal.ok_or_else(missing)?))
    }
}

// === helpers ===

/// The type of the `typed-literal` just entered; a string if it names none.
fn data_type(parser: &Parser<'_>) -> Result<Name<'static>, Error> {
    let Some(written) = parser.attribute(XSI, "type") else {
        return Ok(STRING);
    };
    let name = parser.qualified(written.trim_ascii());
    let name = name.and_then(|(namespace, local)| Name::new(namespace, local).ok());
    match name {
        Some(name) => Ok(name.into_owned()),
        None => Err(parser.error(
            ErrorKind::InvalidValue,
            "the type of a literal is not a name",
        )),
    }
}
