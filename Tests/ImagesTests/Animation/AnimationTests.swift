import Foundation
import Images
import TestSupport
import Testing

/// Noise, which no compression can shorten.
private func noise(width: Int, height: Int, channels: Int, seed: UInt64, levels: UInt64 = 256) -> Image {
    var state = seed
    let pixels = (0..<width * height * channels).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8((state >> 33) % levels * 255 / (levels - 1))
    }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
}

private func written(
    _ images: [Image], as ending: String, secondsPerFrame: Double = 0.1, plays: Int? = nil
) throws -> [UInt8] {
    try withTemporaryFolder { folder in
        let path = folder + "/animation." + ending
        try AnimationFile.write(images, secondsPerFrame: secondsPerFrame, plays: plays, to: path)
        return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    }
}

@Suite struct AnimatedPNGTests {
    /// The chunks of a file, whose checksums are compared.
    private func chunks(_ file: [UInt8]) throws -> [(name: String, content: [UInt8])] {
        try #require(file.starts(with: HandMadePNG.signature))
        var chunks: [(String, [UInt8])] = []
        var rest = file[HandMadePNG.signature.count...]
        while !rest.isEmpty {
            let count = number(rest.prefix(4))
            let name = String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self)
            let content = Array(rest.dropFirst(8).prefix(count))
            try #require(Array(rest.prefix(12 + count)) == HandMadePNG.chunk(name, content))
            chunks.append((name, content))
            rest = rest.dropFirst(12 + count)
        }
        return chunks
    }

    private func number(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    @Test(arguments: 1...4) func `frames are the images, shown as long as asked`(channels: Int) throws {
        let images = (1...3).map { noise(width: 37, height: 23, channels: channels, seed: $0) }
        let file = try written(images, as: "png", secondsPerFrame: 0.25, plays: 2)
        let chunks = try chunks(file)
        #expect(
            chunks.map(\.name) == ["IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"])
        #expect(chunks[1].content == HandMadePNG.bigEndian(3) + HandMadePNG.bigEndian(2))

        let sequenced = chunks.filter { ["fcTL", "fdAT"].contains($0.name) }
        #expect(sequenced.map { number($0.content.prefix(4)) } == [0, 1, 2, 3, 4])
        for control in chunks where control.name == "fcTL" {
            let (width, height) = (number(control.content[4..<8]), number(control.content[8..<12]))
            #expect(width == 37 && height == 23 && control.content[12..<20].allSatisfy { $0 == 0 })
            let (over, under) = (number(control.content[20..<22]), number(control.content[22..<24]))
            #expect(Double(over) / Double(under) == 0.25)
        }

        // Any PNG reader sees the first frame; the others are read as files of their own.
        #expect(try Image(decoding: file, path: "animation.png") == images[0])
        let header = HandMadePNG.signature + HandMadePNG.chunk("IHDR", chunks[0].content)
        for (index, place) in [5, 7].enumerated() {
            let pixels = HandMadePNG.chunk("IDAT", Array(chunks[place].content.dropFirst(4)))
            let frame = try Image(decoding: header + pixels + HandMadePNG.chunk("IEND", []), path: "frame")
            #expect(frame == images[index + 1])
        }
    }

    @Test func `without a count animations play forever`() throws {
        let file = try written([Image(width: 2, height: 2, color: [9])], as: "apng")
        #expect(try chunks(file)[1].content == HandMadePNG.bigEndian(1) + HandMadePNG.bigEndian(0))
    }
}

@Suite struct GIFTests {
    private func expectExact(_ images: [Image], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let gif = GIFReading(try written(images, as: "gif"))
        #expect(gif.isWhole && gif.frames.count == images.count, sourceLocation: sourceLocation)
        for (frame, image) in zip(gif.frames, images) {
            let same = frame.pixels.flatMap(\.self) == image.converted(toChannels: 4).pixels
            #expect(same, sourceLocation: sourceLocation)
        }
    }

    /// Enough noise to fill the table of codes many times over, and codes of every width.
    @Test(arguments: [2, 3, 5, 16, 17, 200, 256] as [UInt64])
    func `up to 256 colors stay exact`(levels: UInt64) throws {
        try expectExact((1...2).map { noise(width: 211, height: 97, channels: 1, seed: $0, levels: levels) })
    }

    @Test func `sizes and runs of every length stay exact`() throws {
        for count in 1...300 {
            let row = (0..<count).map { UInt8($0 / 7 % 3 * 100) }
            try expectExact([Image(width: count, height: 1, channels: 1, pixels: row)])
        }
        try expectExact([Image(width: 300, height: 400, color: [10, 200, 30])])
        try expectExact([noise(width: 16, height: 16, channels: 3, seed: 5)])
    }

    @Test func `quantized colors are close to their own`() throws {
        let side = 128
        let ramp = Image(
            width: side, height: side, channels: 3,
            pixels: (0..<side * side).flatMap { [UInt8(2 * ($0 % side)), UInt8(2 * ($0 / side)), 128] })
        let gif = GIFReading(try written([ramp], as: "gif"))
        let got = try #require(gif.frames.first?.pixels.flatMap { $0.prefix(3) })
        let squares = zip(got, ramp.pixels).map { pow(Double($0) - Double($1), 2) }
        // 16384 colors in 256 groups of 16x16 levels: a deviation of 16 / sqrt(12) in two channels of three.
        #expect((squares.reduce(0, +) / Double(squares.count)).squareRoot() < 4.2)
        #expect(squares.max()! <= 16 * 16)
    }

    @Test(arguments: [2, 4]) func `pixels less than half opaque are transparent`(channels: Int) throws {
        for levels in [3, 256] as [UInt64] {
            let image = noise(width: 60, height: 60, channels: channels, seed: 3, levels: levels)
            let gif = GIFReading(try written([image, image], as: "gif"))
            let alphas = stride(from: channels - 1, to: image.pixels.count, by: channels).map {
                image.pixels[$0] < 128 ? UInt8(0) : 255
            }
            for frame in gif.frames {
                #expect(frame.pixels.map { $0[3] } == alphas)
                #expect(frame.disposal == 2, "cleared, so that it does not shine through the next one")
            }
        }
    }

    @Test func `times do not drift`() throws {
        let image = Image(width: 2, height: 2, color: [9])
        let gif = GIFReading(
            try written([Image](repeating: image, count: 300), as: "gif", secondsPerFrame: 1.0 / 30))
        #expect(gif.frames.map(\.hundredths).reduce(0, +) == 1000)
        #expect(gif.frames.allSatisfy { [3, 4].contains($0.hundredths) })
    }

    @Test func `animations play as often as asked`() throws {
        let image = Image(width: 2, height: 2, color: [9])
        for (plays, repetitions) in [(nil, 0), (1, nil), (2, 1), (5, 4)] as [(Int?, Int?)] {
            #expect(GIFReading(try written([image], as: "GIF", plays: plays)).repetitions == repetitions)
        }
    }
}

@Suite struct AnimationFileTests {
    private let image = Image(width: 4, height: 3, color: [1, 2, 3])

    @Test func `frames may be shown for times of their own`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/animation.gif"
            var file = try AnimationFile(path: path)
            for seconds in [0.5, 2] { try file.append(image, seconds: seconds) }
            try file.commit()
            let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
            #expect(GIFReading(bytes).frames.map(\.hundredths) == [50, 200])
        }
    }

    @Test func `the same frames give the same bytes`() throws {
        let images = (1...3).map { noise(width: 50, height: 40, channels: 3, seed: $0) }
        for ending in ["gif", "png"] {
            #expect(try written(images, as: ending) == written(images, as: ending))
        }
    }

    @Test func `an animation tells its texts`() throws {
        let texts = [PNGText("Model", "dcgan: größe 64"), PNGText("Xml", "<a>\n</a>")]
        let images = (1...2).map { noise(width: 20, height: 10, channels: 3, seed: $0) }
        try withTemporaryFolder { folder in
            for ending in ["gif", "apng"] {
                let path = folder + "/animation." + ending
                try AnimationFile.write(images, secondsPerFrame: 0.1, texts: texts, to: path)
                try AnimationFile.write(images, secondsPerFrame: 0.1, to: path + ".plain." + ending)
            }
            let (gif, plain) = (
                try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/animation.gif"))),
                try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/animation.gif.plain.gif")))
            )
            let comment = Array("Model: dcgan: größe 64".utf8)
            #expect(gif.contains([0x21, 0xFE, UInt8(comment.count)] + comment + [0]))
            #expect(gif.count == plain.count + comment.count + 4)
            #expect(GIFReading(gif).frames.map(\.pixels) == GIFReading(plain).frames.map(\.pixels))
            #expect(try PNGText.texts(of: folder + "/animation.apng") == texts)
            // What other programs read takes lines, and is not in a comment.
            #expect(
                try PNGText.texts(of: folder + "/animation.gif") == texts.filter { !$0.text.contains("\n") })
            #expect(try PNGText.texts(of: folder + "/animation.gif.plain.gif").isEmpty)
            #expect(try Image(decoding: folder + "/animation.apng") == images[0])
        }
    }

    @Test func `without a commit nothing is left`() throws {
        try withTemporaryFolder { folder in
            for ending in ["gif", "png"] {
                var file = try AnimationFile(path: folder + "/animation." + ending)
                try file.append(image, seconds: 0.1)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func `failures name the path`() throws {
        try withTemporaryFolder { folder in
            for name in ["animation.avi", "animation", "gif"] {
                let path = folder + "/" + name
                #expect(throws: ImageError.unknownAnimation(path: path)) {
                    try AnimationFile.write([image], secondsPerFrame: 0.1, to: path)
                }
            }
            let missing = folder + "/missing/animation.gif"
            let error = #expect(throws: ImageError.self) {
                try AnimationFile.write([image], secondsPerFrame: 0.1, to: missing)
            }
            if case .unwritable(missing, _) = error {} else { Issue.record("\(String(describing: error))") }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }
}
