//! Pictures of a report: text for a terminal, SVG, and a page of HTML.
//!
//! Each is a pure function of the report and returns a string. What has more rows than a picture has places is drawn
//! by the highest value of each place.

pub mod html;
mod panel;
pub mod svg;
pub mod terminal;
