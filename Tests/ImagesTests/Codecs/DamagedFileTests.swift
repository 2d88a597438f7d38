import Foundation
import Images
import TestSupport
import Testing

/// Broken and hostile files give errors that tell what is wrong, and never half an image.
@Suite struct DamagedFileTests {
    private static let image = Image(
        width: 9, height: 7, channels: 3, pixels: (0..<189).map { UInt8(truncatingIfNeeded: 37 * $0 * $0) })

    private func error(_ file: [UInt8]) -> ImageError? {
        do throws(ImageError) {
            _ = try Image(decoding: file, path: "file")
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        image.pngData(), TinyJPEG.gray, TinyJPEG.color, TinyJPEG.progressive, TinyJPEG.restarts,
        TinyJPEG.inks, TinyWebP.color, TinyWebP.transparent, TinyWebP.lossless, TinyWebP.turned,
        TinyWebP.animation, TinyGIF.plain,
    ])
    func cutAnywhere(file: [UInt8]) throws {
        let whole = try Image(decoding: file, path: "file")
        // The last 12 bytes of a PNG, the last 2 of a JPEG and the last of a GIF only mark the end.
        let end =
            switch file[0] {
            case 0x89: 12
            case 0xFF: 2
            case UInt8(ascii: "G"): 1
            default: 0
            }
        for count in 0..<file.count {
            switch Result(catching: { try Image(decoding: Array(file[..<count]), path: "file") }) {
            case .success(let image):
                #expect(count >= file.count - end - 1 && image == whole, "cut to \(count) bytes")
            case .failure(let error):
                #expect("\(error)".hasPrefix("file: "))
            }
        }
    }

    @Test(arguments: [
        image.pngData(), TinyJPEG.color, TinyJPEG.progressive, TinyJPEG.transformedInks, TinyWebP.color,
        TinyWebP.transparent, TinyWebP.lossless, TinyWebP.turned, TinyWebP.animation, TinyGIF.plain,
        TinyGIF.file(isInterlaced: true, transparent: 1),
    ])
    func anyByteChanged(file: [UInt8]) {
        for index in file.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = file
                damaged[index] ^= change
                let result = try? Image(decoding: damaged, path: "file")
                // A PNG's chunks are all checked; only the end mark lies past its pixels.
                if file[0] == 0x89 && index < file.count - 12 { #expect(result == nil, "byte \(index)") }
            }
        }
    }

    @Test func tooManyPixels() {
        for (width, height) in [(10_001, 10_000), (0x7FFF_FFFF, 0x7FFF_FFFF), (1, 200_000_000)] {
            let file =
                HandMadePNG.header(width: width, height: height, bits: 8, colorType: 2)
                + HandMadePNG.chunk("IDAT", HandMadePNG.stored([0]))
            #expect(error(file) == .tooLarge(path: "file", width: width, height: height))
        }
        for (file, side) in [
            (TinyJPEG.claiming(TinyJPEG.color, width: 65_000, height: 65_000), 65_000),
            (TinyWebP.claiming(width: 16_384, height: 16_384), 16_384),
            (TinyWebP.canvas(width: 60_000, height: 60_000), 60_000),
            (TinyGIF.file(screen: (65_535, 65_535)), 65_535),
        ] {
            #expect(error(file) == .tooLarge(path: "file", width: side, height: side))
        }
    }

    @Test func morePixelsThanTheBytesCanHold() throws {
        let png =
            HandMadePNG.header(width: 9_000, height: 9_000, bits: 8, colorType: 2)
            + HandMadePNG.chunk("IDAT", HandMadePNG.stored([0])) + HandMadePNG.chunk("IEND", [])
        let jpeg = TinyJPEG.claiming(TinyJPEG.progressive, width: 9_000, height: 9_000)
        for file in [png, jpeg, TinyGIF.file(size: (9_000, 9_000))] {
            guard case .damaged(_, let reason) = try #require(error(file)) else {
                Issue.record("not taken as damaged")
                continue
            }
            #expect(reason.contains("cannot hold 9000x9000"))
        }
    }

    @Test func aJPEGTallerThanItsDataIsNotHalfGray() {
        let file = TinyJPEG.claiming(TinyJPEG.gray, width: 24, height: 64)
        guard case .damaged = error(file) else {
            Issue.record("an image three quarters of which are missing was accepted")
            return
        }
    }

    @Test func aWebPThatClaimsMoreThanItsDataIsDamaged() throws {
        guard case .damaged = try #require(error(TinyWebP.claiming(width: 9_000, height: 9_000))) else {
            Issue.record("not taken as damaged")
            return
        }
    }

    @Test func theMostThatDeflateCanHoldIsAccepted() throws {
        let white = Image(width: 4000, height: 4000, color: [255])
        #expect(try Image(decoding: white.pngData(), path: "white.png") == white)
    }

    @Test func otherFormatsAreNamed() {
        let files: [(String, String)] = [
            ("II*\0....", "TIFF"), ("BM......", "BMP"),
            ("hello", "no known image"),
            ("", "0 bytes"), ("\0\0\0\u{18}ftypheic", "HEIC"),
        ]
        for (content, name) in files {
            let text = error(Array(content.utf8)).map { "\($0)" } ?? ""
            #expect(text.contains(name), "\(text)")
        }
    }

    @Test func onlyRegularFilesAreRead() throws {
        try withTemporaryFolder { folder in
            let pipe = folder + "/pipe.png"
            #expect(mkfifo(pipe, 0o600) == 0)
            for path in [folder, pipe, folder + "/missing.png", "/dev/zero"] {
                #expect(throws: ImageError.self) { try Image(decoding: path) }
                #expect(throws: ImageError.self) { try ImageHeader(path) }
            }
        }
    }

    @Test func contentCountsNotTheName() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/photo.jpg"
            try Self.image.writePNG(to: path)
            #expect(try Image(decoding: path) == Self.image)
        }
    }

    @Test func headersTellWhatDecodingGives() throws {
        let files = [
            Self.image.pngData(), TinyJPEG.gray, TinyJPEG.inks, TinyWebP.color, TinyWebP.transparent,
            TinyWebP.turned, TinyWebP.animation, TinyGIF.plain, TinyGIF.file(transparent: 0),
            TinyGIF.file(screen: (20, 20)),
            TinyJPEG.turned(TinyJPEG.gray, orientation: 6, littleEndian: true),
            HandMadePNG.file(
                width: 3, height: 1, bits: 8, colorType: 3, rows: [[0, 0, 0]], palette: [1, 2, 3],
                transparency: [7]),
        ]
        try withTemporaryFolder { folder in
            for file in files {
                let path = folder + "/image"
                try Data(file).write(to: URL(fileURLWithPath: path))
                let (header, image) = (try ImageHeader(path), try Image(decoding: path))
                #expect(header.width == image.width && header.height == image.height)
                #expect(header.channels == image.channels)
            }
        }
    }
}
