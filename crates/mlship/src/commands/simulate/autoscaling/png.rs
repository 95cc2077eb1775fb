//! A plot as PNG, for where SVG is not shown: slides, chats, tickets.

use std::borrow::Cow;

use epaint_default_fonts::UBUNTU_LIGHT;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// Pixels of the picture for each pixel of the drawing: screens of today have two.
const SCALE: f32 = 2.0;

/// Draws a picture, in light colours. The letters come with mlship, so that the bytes are the same on every machine.
///
/// # Errors
///
/// The renderer's words where a drawing of ours is none to it, or is too large for the memory.
pub fn of(svg: &str) -> Result<Vec<u8>, Cow<'static, str>> {
    let mut options = Options::default();
    let fonts = options.fontdb_mut();
    fonts.load_font_data(UBUNTU_LIGHT.to_vec());
    fonts.set_sans_serif_family("Ubuntu");
    let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or("the drawing has no size")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("the picture is too large")?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    Ok(pixels.encode_png().map_err(|error| error.to_string())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_drawn() {
        let drawn = |text: &str| {
            of(&format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"80\" height=\"20\">\
                 <text y=\"15\" font-family=\"system-ui,sans-serif\">{text}</text></svg>"
            ))
            .unwrap()
        };
        assert_eq!(&drawn("a")[1..4], b"PNG");
        assert_eq!(drawn("load"), drawn("load"));
        assert_ne!(drawn("load"), drawn("queue"));
        assert_ne!(drawn("load"), drawn(""));
    }
}
