import Foundation
import Images
import TestSupport
import Testing

@Suite struct WritingTests {
    @Test(arguments: 1...4) func writtenImagesAreReadBack(channels: Int) throws {
        let image = Image(
            width: 13, height: 7, channels: channels,
            pixels: (0..<91 * channels).map { UInt8(truncatingIfNeeded: $0 * $0 * 7) })
        try withTemporaryFolder { folder in
            let path = folder + "/image.png"
            try image.writePNG(to: path)
            #expect(try Image(decoding: path) == image)
            #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == image.pngData())
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["image.png"])
        }
    }

    @Test func indexedImageKeepsPlacesAndColors() throws {
        let labels = Image(width: 3, height: 2, channels: 1, pixels: [0, 1, 2, 2, 1, 0])
        let colors: [[UInt8]] = [[0, 0, 0], [200, 10, 20], [30, 40, 250]]
        let file = labels.indexedPNGData(palette: colors)
        #expect(file[24] == 8 && file[25] == 3, "8 bits a sample, color type 3: indexed")
        let decoded = try Image(decoding: file, path: "labels.png")
        #expect(decoded.channels == 3 && decoded.pixels == labels.pixels.flatMap { colors[Int($0)] })
        try withTemporaryFolder { folder in
            try labels.writeIndexedPNG(palette: colors, to: folder + "/labels.png")
            #expect(try Image(decoding: folder + "/labels.png") == decoded)
        }
    }

    @Test func anOldFileIsReplaced() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/image.png"
            for shade: UInt8 in [10, 20] {
                try Image(width: 2, height: 2, color: [shade]).writePNG(to: path)
            }
            #expect(try Image(decoding: path).pixels == [20, 20, 20, 20])
        }
    }

    @Test func failuresNameThePathAndLeaveNothing() throws {
        let image = Image(width: 2, height: 2, color: [1])
        try withTemporaryFolder { folder in
            let taken = folder + "/taken"
            try FileManager.default.createDirectory(
                atPath: taken + "/full", withIntermediateDirectories: true)
            for path in [folder + "/missing/image.png", taken] {
                let error = #expect(throws: ImageError.self) { try image.writePNG(to: path) }
                guard case .unwritable(path, _) = error else {
                    Issue.record("\(path): \(String(describing: error))")
                    continue
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["taken"])
        }
    }
}

@Suite struct GridTests {
    @Test func cellsLieInRowsFromTheUpperLeft() {
        let images = (1...5).map { Image(width: 3, height: 2, color: [UInt8($0)]) }
        let grid = Image.grid(images, columns: 2, padding: 1, background: [255, 255, 255])
        #expect(grid.width == 2 * 4 + 1 && grid.height == 3 * 3 + 1)
        let rows = (0..<grid.height).map { Array(grid.pixels[$0 * grid.width..<($0 + 1) * grid.width]) }
        #expect(rows[0] == [UInt8](repeating: 255, count: 9))
        #expect(rows[1] == [255, 1, 1, 1, 255, 2, 2, 2, 255] && rows[2] == rows[1])
        #expect(rows[4] == [255, 3, 3, 3, 255, 4, 4, 4, 255])
        #expect(rows[8] == [255, 5, 5, 5, 255, 255, 255, 255, 255])
    }

    @Test(arguments: [(1, 1, 1), (4, 2, 2), (5, 3, 2), (64, 8, 8), (10, 4, 3)])
    func aboutSquareByDefault(count: Int, columns: Int, rows: Int) {
        let grid = Image.grid((0..<count).map { _ in Image(width: 8, height: 8, color: [0, 0, 0]) })
        #expect(grid.width == columns * 10 + 2 && grid.height == rows * 10 + 2)
    }

    @Test func mixedImagesShareChannelsAndCenters() {
        let grid = Image.grid(
            [Image(width: 3, height: 3, color: [9]), Image(width: 1, height: 1, color: [1, 2, 3])],
            columns: 2,
            padding: 0, background: [7, 7, 7])
        #expect(grid.channels == 3)
        #expect(grid.cropped(x: 0, y: 0, width: 1, height: 1).pixels == [9, 9, 9])
        #expect(grid.cropped(x: 4, y: 1, width: 1, height: 1).pixels == [1, 2, 3])
        #expect(grid.cropped(x: 4, y: 0, width: 1, height: 1).pixels == [7, 7, 7])
    }
}
