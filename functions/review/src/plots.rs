//! The reports' plots, as SVG: bars of two kinds, one pair for each day.

use plotters::prelude::*;

/// A plot's size in its own units; a page scales it.
const SIZE: (u32, u32) = (720, 260);

/// The colours: apart for everybody, and against light and dark.
const FIRST: RGBColor = RGBColor(38, 103, 178);
const SECOND: RGBColor = RGBColor(204, 121, 17);
const INK: RGBColor = RGBColor(110, 118, 129);

/// One bar above another for each day: what was done by itself, and by a person.
///
/// Nothing where there is nothing to draw.
#[must_use]
pub fn stacked(first: &[u64], second: &[u64]) -> Option<String> {
    let days = u32::try_from(first.len()).ok().filter(|days| *days > 0)?;
    let highest = first
        .iter()
        .zip(second)
        .map(|(one, other)| one + other)
        .max()
        .filter(|highest| *highest > 0)?;
    let mut svg = String::new();
    draw(&mut svg, days, highest, first, second).ok()?;
    Some(svg)
}

fn draw(
    svg: &mut String,
    days: u32,
    highest: u64,
    first: &[u64],
    second: &[u64],
) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(8)
        .y_label_area_size(40)
        .build_cartesian_2d(0..days * 10, 0..highest + highest.div_ceil(10))?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .y_labels(5)
        .axis_style(INK)
        .light_line_style(INK.mix(0.1))
        .bold_line_style(INK.mix(0.3))
        .label_style(("sans-serif", 13).into_font().color(&INK))
        .draw()?;
    let bar = |day: u32, from: u64, until: u64, colour: RGBColor| {
        Rectangle::new(
            [(day * 10 + 2, from), (day * 10 + 8, until)],
            colour.filled(),
        )
    };
    let bars = (0..days).zip(first.iter().zip(second));
    chart.draw_series(bars.flat_map(|(day, (one, other))| {
        [
            bar(day, 0, *one, FIRST),
            bar(day, *one, one + other, SECOND),
        ]
    }))?;
    area.present()?;
    drop(chart);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_has_a_bar_for_each_number_and_needs_no_style_of_its_own() {
        let svg = stacked(&[3, 0, 5], &[1, 2, 0]).unwrap();
        assert!(
            svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"),
            "{svg}"
        );
        // What the pages' content policy would refuse.
        assert!(!svg.contains("style=") && !svg.contains("<style") && !svg.contains("<script"));
        assert!(svg.matches("#2667B2").count() >= 2, "{svg}");
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(stacked(&[], &[]), None);
        assert_eq!(stacked(&[0, 0], &[0, 0]), None);
    }
}
