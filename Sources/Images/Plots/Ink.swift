/// The colors and text sizes of plots.
package enum Ink {
    package static let paper: Canvas.Color = (255, 255, 255)
    package static let text: Canvas.Color = (40, 44, 52)
    package static let faintText: Canvas.Color = (140, 146, 156)
    package static let grid: Canvas.Color = (232, 234, 238)
    package static let axis: Canvas.Color = (150, 156, 166)
    package static let titleSize = 2.1
    package static let labelSize = 1.5

    /// Blue, orange, green, purple, red, teal, ocher, pink: distinct in hue and lightness, then repeating.
    package static func color(ofLine index: Int) -> Canvas.Color {
        let colors: [Canvas.Color] = [
            (37, 99, 235), (234, 106, 18), (22, 150, 84), (139, 60, 214),
            (214, 40, 57), (14, 145, 178), (176, 132, 16), (216, 50, 130),
        ]
        return colors[index % colors.count]
    }
}
