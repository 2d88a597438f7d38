import Images
import Testing

@Suite struct ResizeTests {
    /// An image without a pattern that filters could hide in.
    private func noise(_ width: Int, _ height: Int, _ channels: Int) -> Image {
        Image(
            width: width, height: height, channels: channels,
            pixels: (0..<width * height * channels).map {
                UInt8(truncatingIfNeeded: (UInt64($0) &+ 11) &* 0x9E37_79B9_7F4A_7C15 >> 40)
            })
    }

    /// The filter as a function of input pixel and output pixel along one side, straight from its definition.
    private func weight(_ input: Int, _ output: Int, _ inputSize: Int, _ outputSize: Int) -> Double {
        let scale = Double(inputSize) / Double(outputSize)
        let distance = abs((Double(output) + 0.5) * scale - (Double(input) + 0.5))
        if scale >= 1 { return max(0, 1 - distance / scale) }
        if distance < 1 { return 1.5 * distance * distance * distance - 2.5 * distance * distance + 1 }
        if distance < 2 {
            return -0.5 * distance * distance * distance + 2.5 * distance * distance - 4 * distance + 2
        }
        return 0
    }

    /// Each output pixel as the weighted mean of all input pixels, colors weighted by alpha too.
    private func reference(_ image: Image, _ width: Int, _ height: Int) -> Image {
        let colors = image.hasAlpha ? image.channels - 1 : image.channels
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                var sums = [Double](repeating: 0, count: colors)
                var (all, opaque) = (0.0, 0.0)
                for row in 0..<image.height {
                    for column in 0..<image.width {
                        let place = (row * image.width + column) * image.channels
                        let share =
                            weight(row, y, image.height, height) * weight(column, x, image.width, width)
                        let alpha = image.hasAlpha ? Double(image.pixels[place + colors]) : 1
                        all += share
                        opaque += share * alpha
                        for color in 0..<colors {
                            sums[color] += share * alpha * Double(image.pixels[place + color])
                        }
                    }
                }
                func sample(_ value: Double) -> UInt8 { UInt8(min(max(value, 0), 255).rounded()) }
                pixels += sums.map { sample(opaque > 0 ? $0 / opaque : 0) }
                if image.hasAlpha { pixels.append(sample(opaque / all)) }
            }
        }
        return Image(width: width, height: height, channels: image.channels, pixels: pixels)
    }

    @Test(arguments: [1, 2, 3, 4], [(7, 5), (3, 17), (31, 4), (40, 37), (1, 1), (13, 10)])
    func equalsTheDefinition(channels: Int, size: (width: Int, height: Int)) {
        let image = noise(13, 19, channels)
        let resized = image.resized(width: size.width, height: size.height)
        let expected = reference(image, size.width, size.height)
        #expect(resized.width == size.width && resized.height == size.height && resized.channels == channels)
        #expect(zip(resized.pixels, expected.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }

    @Test(arguments: [(1, 1), (5, 9), (64, 64), (65, 64), (200, 3), (333, 333)])
    func constantStaysConstant(size: (width: Int, height: Int)) {
        for color: [UInt8] in [[255], [3, 128], [0, 127, 255], [9, 99, 199, 60]] {
            let resized = Image(width: 65, height: 64, color: color).resized(
                width: size.width, height: size.height)
            #expect(resized == Image(width: size.width, height: size.height, color: color))
        }
    }

    @Test func sameSizeIsTheSameImage() {
        #expect(noise(9, 8, 3).resized(width: 9, height: 8) == noise(9, 8, 3))
    }

    @Test func thinLinesSurviveShrinking() {
        var image = Image(width: 64, height: 64, color: [255])
        for y in 0..<64 { image.pixels[y * 64 + 33] = 0 }
        // One column of 64 is an eighth of the eighth that it falls into; a filter that only looks at near
        // pixels would lose it or make it black.
        let shrunk = image.resized(width: 8, height: 8)
        let missing = (0..<8).map { 255 - Int(shrunk.pixels[$0]) }.reduce(0, +)
        #expect(abs(missing - 255 / 8) <= 2)
    }

    @Test func transparentPixelsDoNotBleed() {
        var image = Image(width: 16, height: 16, color: [0, 255, 0, 0])
        for y in 0..<16 {
            for x in 0..<8 {
                image.pixels.replaceSubrange(
                    (y * 16 + x) * 4..<(y * 16 + x) * 4 + 4, with: [200, 0, 0, 255])
            }
        }
        for size in [5, 11, 40] {
            let resized = image.resized(width: size, height: size)
            for place in stride(from: 0, to: resized.pixels.count, by: 4) where resized.pixels[place + 3] > 0
            {
                #expect(resized.pixels[place..<place + 3] == [200, 0, 0])
            }
        }
    }
}

@Suite struct FittingTests {
    /// Left third red, middle green, right blue.
    private let stripes = Image(
        width: 90, height: 30, channels: 3,
        pixels: (0..<30).flatMap { _ in
            (0..<90).flatMap { x in (0..<3).map { UInt8(x / 30 == $0 ? 255 : 0) } }
        })

    private func sample(_ image: Image, _ x: Int, _ y: Int) -> [UInt8] {
        image.cropped(x: x, y: y, width: 1, height: 1).pixels
    }

    @Test func cropShowsTheMiddle() {
        let fitted = stripes.fitted(width: 10, height: 10, mode: .crop)
        #expect(sample(fitted, 5, 5) == [0, 255, 0])
        #expect(sample(fitted, 1, 0) == [0, 255, 0] && sample(fitted, 8, 9) == [0, 255, 0])
    }

    @Test func cropOfTheSameShapeOnlyResizes() {
        #expect(
            stripes.fitted(width: 45, height: 15, mode: .crop) == stripes.resized(width: 45, height: 15))
    }

    @Test func stretchShowsAll() {
        let fitted = stripes.fitted(width: 12, height: 12, mode: .stretch)
        #expect(sample(fitted, 1, 6) == [255, 0, 0] && sample(fitted, 10, 6) == [0, 0, 255])
    }

    @Test func padShowsAllBetweenEdges() {
        let fitted = stripes.fitted(width: 30, height: 30, mode: .pad, background: [1, 2, 3])
        #expect(fitted.width == 30 && fitted.height == 30)
        for y in [0, 9, 20, 29] { #expect(sample(fitted, 15, y) == [1, 2, 3]) }
        for y in [10, 19] {
            #expect(sample(fitted, 2, y) == [255, 0, 0] && sample(fitted, 27, y) == [0, 0, 255])
        }
        let gray = Image(width: 4, height: 8, color: [7]).fitted(width: 8, height: 8, mode: .pad)
        #expect(sample(gray, 0, 0) == [255] && sample(gray, 4, 4) == [7])
        let transparent = Image(width: 4, height: 8, color: [7, 7, 7, 255]).fitted(
            width: 8, height: 8, mode: .pad)
        #expect(sample(transparent, 0, 0) == [0, 0, 0, 0] && sample(transparent, 4, 4) == [7, 7, 7, 255])
    }

    @Test(arguments: FitMode.allCases, [(1, 1000), (1000, 1), (1, 1), (3, 2)])
    func extremeShapes(mode: FitMode, size: (width: Int, height: Int)) {
        let fitted = Image(width: size.width, height: size.height, color: [40, 50, 60])
            .fitted(width: 16, height: 16, mode: mode, background: [40, 50, 60])
        #expect(fitted == Image(width: 16, height: 16, color: [40, 50, 60]))
    }

    @Test func mirrorAndCrop() {
        let image = Image(width: 3, height: 2, channels: 2, pixels: Array(1...12))
        #expect(image.flippedHorizontally().pixels == [5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8])
        #expect(image.flippedHorizontally().flippedHorizontally() == image)
        #expect(image.cropped(x: 1, y: 1, width: 2, height: 1).pixels == [9, 10, 11, 12])
    }
}
