extension Image {
    /// Arranges images in a grid, row by row.
    ///
    /// A cell is as large as the largest image; smaller ones are centered in it. The grid has color or alpha
    /// where any image has.
    /// - Parameters:
    ///   - images: at least one.
    ///   - columns: by default as many as make the grid square or slightly wider.
    ///   - padding: pixels between cells and around them.
    ///   - background: red, green and blue of the padding; white by default.
    public static func grid(
        _ images: [Image], columns: Int? = nil, padding: Int = 2, background: [UInt8] = [255, 255, 255]
    ) -> Image {
        precondition(!images.isEmpty && padding >= 0 && columns ?? 1 > 0)
        let columns = min(columns ?? Int(Double(images.count).squareRoot().rounded(.up)), images.count)
        let rows = (images.count + columns - 1) / columns
        let cellWidth = images.map(\.width).max()! + padding
        let cellHeight = images.map(\.height).max()! + padding
        let channels =
            (images.contains { $0.channels >= 3 } ? 3 : 1) + (images.contains(where: \.hasAlpha) ? 1 : 0)

        var sheet = Image(
            width: columns * cellWidth + padding, height: rows * cellHeight + padding,
            color: Image(width: 1, height: 1, color: background).converted(toChannels: channels).pixels)
        for (index, image) in images.enumerated() {
            sheet.place(
                image.converted(toChannels: channels),
                x: index % columns * cellWidth + padding + (cellWidth - padding - image.width) / 2,
                y: index / columns * cellHeight + padding + (cellHeight - padding - image.height) / 2)
        }
        return sheet
    }
}
