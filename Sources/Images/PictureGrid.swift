extension Picture {
    /// A sheet of pictures side by side, row after row.
    ///
    /// A cell is as large as the largest picture; smaller ones lie in its center. The sheet has color or alpha
    /// where any picture has.
    /// - Parameters:
    ///   - pictures: at least one.
    ///   - columns: as many as give a square or slightly wider sheet of cells by default.
    ///   - padding: pixels between cells and around them.
    ///   - background: red, green and blue of the padding; white by default.
    public static func grid(
        _ pictures: [Picture], columns: Int? = nil, padding: Int = 2, background: [UInt8] = [255, 255, 255]
    ) -> Picture {
        precondition(!pictures.isEmpty && padding >= 0 && columns ?? 1 > 0)
        let columns = min(columns ?? Int(Double(pictures.count).squareRoot().rounded(.up)), pictures.count)
        let rows = (pictures.count + columns - 1) / columns
        let cellWidth = pictures.map(\.width).max()! + padding
        let cellHeight = pictures.map(\.height).max()! + padding
        let channels =
            (pictures.contains { $0.channels >= 3 } ? 3 : 1) + (pictures.contains(where: \.hasAlpha) ? 1 : 0)

        var sheet = Picture(
            width: columns * cellWidth + padding, height: rows * cellHeight + padding,
            color: Picture(width: 1, height: 1, color: background).converted(toChannels: channels).pixels)
        for (index, picture) in pictures.enumerated() {
            sheet.place(
                picture.converted(toChannels: channels),
                x: index % columns * cellWidth + padding + (cellWidth - padding - picture.width) / 2,
                y: index / columns * cellHeight + padding + (cellHeight - padding - picture.height) / 2)
        }
        return sheet
    }
}
