/// An RGB image to draw antialiased marks and text on, clipped to its area.
package struct Canvas {
    package typealias Color = (red: UInt8, green: UInt8, blue: UInt8)

    /// A part of the canvas in whole pixels.
    package struct Area {
        package var x, y, width, height: Int

        package init(x: Int, y: Int, width: Int, height: Int) {
            (self.x, self.y, self.width, self.height) = (x, y, width, height)
        }
    }

    package enum Alignment {
        case left, center, right
    }

    package private(set) var image: Image

    package init(width: Int, height: Int, color: Color) {
        image = Image(width: width, height: height, color: [color.red, color.green, color.blue])
    }

    package mutating func fill(_ area: Area, _ color: Color, opacity: Double = 1) {
        for y in (area.y..<area.y + area.height).clamped(to: 0..<image.height) {
            for x in (area.x..<area.x + area.width).clamped(to: 0..<image.width) {
                blend(color, atX: x, y: y, opacity: opacity)
            }
        }
    }

    /// Sets each pixel of an area by its position from the area's upper left pixel.
    package mutating func paint(_ area: Area, _ color: (_ x: Int, _ y: Int) -> Color) {
        for y in (area.y..<area.y + area.height).clamped(to: 0..<image.height) {
            for x in (area.x..<area.x + area.width).clamped(to: 0..<image.width) {
                blend(color(x - area.x, y - area.y), atX: x, y: y, opacity: 1)
            }
        }
    }

    /// Copies an RGB image onto the canvas, with its upper left corner at `x`, `y`.
    package mutating func place(_ other: Image, x: Int, y: Int) { image.place(other, x: x, y: y) }

    /// Draws text with its baseline at `baseline`; a dot of the font is `size` pixels.
    package mutating func write(
        _ text: String, x: Double, baseline: Double, size: Double, _ color: Color,
        alignment: Alignment = .left
    ) {
        let width = Lettering.width(of: text) * size
        var left = x
        switch alignment {
        case .left: break
        case .center: left -= width / 2
        case .right: left -= width
        }
        let area = Area(
            x: Int(left) - 4, y: Int(baseline - Lettering.ascent * size) - 4,
            width: Int(width) + 9, height: Int((Lettering.ascent + 2) * size) + 9)
        draw(color, within: area) { mask in
            for character in text {
                let letter = Lettering.letter(character)
                let corner = Point(left, baseline - Lettering.ascent * size)
                for (from, to) in letter.strokes {
                    mask.stroke(
                        from: corner + size * from, to: corner + size * to, thickness: 0.2 + 0.75 * size)
                }
                left += (letter.width + Lettering.spacing) * size
            }
        }
    }

    /// Draws marks in one color over the image; where they cross or join, the color covers no more than once.
    package mutating func draw(
        _ color: Color, opacity: Double = 1, within area: Area, _ marks: (inout Mask) -> Void
    ) {
        var mask = Mask(area)
        marks(&mask)
        for y in (area.y..<area.y + area.height).clamped(to: 0..<image.height) {
            for x in (area.x..<area.x + area.width).clamped(to: 0..<image.width) {
                let coverage = mask.coverage[(y - area.y) * area.width + x - area.x]
                if coverage > 0 { blend(color, atX: x, y: y, opacity: opacity * Double(coverage)) }
            }
        }
    }

    private mutating func blend(_ color: Color, atX x: Int, y: Int, opacity: Double) {
        let place = 3 * (y * image.width + x)
        blend(color.red, at: place, opacity)
        blend(color.green, at: place + 1, opacity)
        blend(color.blue, at: place + 2, opacity)
    }

    private mutating func blend(_ sample: UInt8, at place: Int, _ opacity: Double) {
        let old = Double(image.pixels[place])
        image.pixels[place] = UInt8((old + (Double(sample) - old) * opacity).rounded())
    }

    /// How much of each pixel of an area marks cover, 0 to 1.
    package struct Mask {
        let area: Area
        /// Of all marks so far: of each pixel, the largest part that one mark covers.
        fileprivate var coverage: [Float]
        private var mark: Coverage

        fileprivate init(_ area: Area) {
            self.area = area
            coverage = [Float](repeating: 0, count: area.width * area.height)
            mark = Coverage(width: area.width, height: area.height)
        }

        /// Adds a mark, given in pixels from a position on the canvas.
        package mutating func cover(_ contours: Contours, at position: Point = .zero) {
            mark.fill(contours, origin: Point(Double(area.x), Double(area.y)) - position)
            for row in mark.rows {
                for column in mark.columns {
                    let place = row * area.width + column
                    coverage[place] = max(coverage[place], mark.values[place])
                }
            }
        }
    }
}
