import Images
import Testing

@Suite struct NamedRowsTests {
    @Test(arguments: [1, 3, 4]) func rowsBeginWithTheirNames(channels: Int) {
        let colors: [[UInt8]] = [[10, 20, 30, 255], [200, 100, 50, 255]].map { Array($0.prefix(channels)) }
        let rows = colors.map { color in
            (
                name: "row",
                images: [Image](repeating: Image(width: 20, height: 16, color: color), count: 3)
            )
        }
        let sheet = Image.grid(rows: rows)
        let grid = Image.grid(rows.flatMap(\.images), columns: 3)
        #expect(sheet.height == grid.height && sheet.channels == channels)
        let namesWidth = sheet.width - grid.width
        #expect((20...80).contains(namesWidth))
        func part(_ columns: Range<Int>, row: Int) -> [UInt8] {
            let start = row * sheet.width
            return Array(
                sheet.pixels[
                    (start + columns.lowerBound) * channels..<(start + columns.upperBound) * channels])
        }
        let (names, images) = (0..<namesWidth, namesWidth..<sheet.width)
        #expect((0..<sheet.height).flatMap { part(images, row: $0) } == grid.pixels)
        // Each name has its ink within its own row, and both are alike.
        let ink = (0..<sheet.height).map { row in part(names, row: row).contains { $0 < 128 } }
        #expect(Array(ink[1..<19]) == Array(ink[19..<37]))
        #expect(ink[1..<19].contains(true) && !ink[1] && !ink[18])
    }
}
