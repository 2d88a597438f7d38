extension Image {
    /// Arranges named rows of images in a grid, with the name before each row.
    ///
    /// - Parameters:
    ///   - rows: at least one, all of as many images, all images of one size.
    ///   - padding: pixels between images and around them.
    public static func grid(rows: [(name: String, images: [Image])], padding: Int = 2) -> Image {
        precondition(!rows.isEmpty && Set(rows.map(\.images.count)).count == 1)
        let grid = grid(rows.flatMap(\.images), columns: rows[0].images.count, padding: padding)
        // Letters eight pixels high fit beside images of 16.
        let size = 1.3
        let widest = rows.map { Lettering.width(of: $0.name) }.max()! * size
        var names = Canvas(width: Int(widest) + 12, height: grid.height, color: (255, 255, 255))
        let rowHeight = Double(grid.height - padding) / Double(rows.count)
        for (index, row) in rows.enumerated() {
            let middle = (Double(index) + 0.5) * rowHeight + Double(padding) / 2
            names.write(
                row.name, x: 6, baseline: middle + Lettering.ascent * size / 2, size: size, (40, 40, 40))
        }
        var sheet = Image(
            width: names.image.width + grid.width, height: grid.height,
            color: [UInt8](repeating: 255, count: grid.channels))
        sheet.place(names.image.converted(toChannels: grid.channels), x: 0, y: 0)
        sheet.place(grid, x: names.image.width, y: 0)
        return sheet
    }
}
