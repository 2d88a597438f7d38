import Images
import Testing

@Suite struct ConversionTests {
    private func pixel(_ samples: [UInt8]) -> Image { Image(width: 1, height: 1, color: samples) }

    @Test(
        arguments: [
            ([100], 2, [100, 255]), ([100], 3, [100, 100, 100]), ([100], 4, [100, 100, 100, 255]),
            ([100, 7], 4, [100, 100, 100, 7]), ([10, 20, 30], 4, [10, 20, 30, 255]),
            ([10, 20, 30, 40], 4, [10, 20, 30, 40]),
            // 0.299, 0.587 and 0.114 of 255.
            ([255, 0, 0], 1, [76]), ([0, 255, 0], 1, [150]), ([0, 0, 255], 1, [29]),
            ([255, 255, 255], 1, [255]),
            ([0, 255, 0, 9], 2, [150, 9]),
            // Over white: 100 * 0.2 + 255 * 0.8.
            ([100, 51], 1, [224]), ([100, 51], 3, [224, 224, 224]), ([200, 100, 0, 51], 3, [244, 224, 204]),
            ([200, 100, 0, 0], 3, [255, 255, 255]), ([200, 100, 0, 255], 3, [200, 100, 0]),
            ([0, 0, 0, 0], 1, [255]),
        ] as [([UInt8], Int, [UInt8])])
    func onePixel(samples: [UInt8], channels: Int, expected: [UInt8]) {
        #expect(pixel(samples).converted(toChannels: channels).pixels == expected)
    }

    @Test func backgroundShowsThrough() {
        #expect(pixel([0, 0, 0, 0]).converted(toChannels: 3, background: [9, 8, 7]).pixels == [9, 8, 7])
        // Gray over a color is colored, and the color's luma where the result is gray.
        #expect(pixel([0, 0]).converted(toChannels: 3, background: [9, 8, 7]).pixels == [9, 8, 7])
        #expect(pixel([0, 0]).converted(toChannels: 1, background: [255, 0, 0]).pixels == [76])
    }

    @Test func everyPixelIsConverted() {
        let image = Image(width: 2, height: 2, channels: 1, pixels: [1, 2, 3, 4])
        let color = image.converted(toChannels: 3)
        #expect(color.pixels == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
        #expect(color.converted(toChannels: 1) == image)
    }
}
