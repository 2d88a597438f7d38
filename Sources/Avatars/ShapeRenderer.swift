import Images

/// Renders shapes from back to front: antialiased as an image, or as hard-edged labels.
enum ShapeRenderer {
    /// - Shapes: a square RGB image of `size` pixels a side.
    static func image(of shapes: [Shape], size: Int) -> Image {
        var canvas = Array(repeating: Color(1, 1, 1, 1), count: size * size)
        let step = 1 / Double(size)
        render(shapes, size: size, thinnest: 0) { shape, index, row, column, coverage in
            let color =
                if case .color(let color) = shape.paint { color } else {
                    shape.paint.color(at: Point(Double(column) + 0.5, Double(row) + 0.5) * step)
                }
            canvas[index] += (color - canvas[index]) * (coverage * color.w)
        }
        var samples: [UInt8] = []
        samples.reserveCapacity(size * size * 3)
        for color in canvas {
            let levels = (color * 255).rounded(.toNearestOrAwayFromZero)
            samples.append(UInt8(levels.x))
            samples.append(UInt8(levels.y))
            samples.append(UInt8(levels.z))
        }
        return Image(width: size, height: size, channels: 3, pixels: samples)
    }

    /// The label of the topmost labeled shape that covers at least half of each pixel.
    ///
    /// Strokes thinner than a pixel count as a pixel wide, so that frames and brows do not vanish from
    /// small maps.
    static func labels(of shapes: [Shape], size: Int) -> [UInt8] {
        var labels = Array(repeating: AvatarLabel.background.rawValue, count: size * size)
        render(shapes.filter { $0.label != nil }, size: size, thinnest: 1) { shape, index, _, _, coverage in
            if coverage >= 0.5, let label = shape.label { labels[index] = label.rawValue }
        }
        return labels
    }

    private static func render(
        _ shapes: [Shape], size: Int, thinnest: Double,
        _ paint: (_ shape: Shape, _ index: Int, _ row: Int, _ column: Int, _ coverage: Float) -> Void
    ) {
        var mask = Coverage(width: size, height: size)
        var clip = Coverage(width: size, height: size)
        for shape in shapes {
            mask.fill(shape.contours(size: size, thinnest: thinnest))
            var (rows, columns) = (mask.rows, mask.columns)
            if let clipPath = shape.clip {
                clip.fill(clipPath.filled(scale: Double(size)))
                rows = rows.clamped(to: clip.rows)
                columns = columns.clamped(to: clip.columns)
            }
            for row in rows {
                for column in columns {
                    let index = row * size + column
                    var coverage = mask.values[index]
                    if shape.clip != nil { coverage *= clip.values[index] }
                    if coverage > 0 { paint(shape, index, row, column, coverage) }
                }
            }
        }
    }
}
