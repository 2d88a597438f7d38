import Avatars
import Datasets
import Foundation
import Images
import TestSupport
import Testing

@Suite struct AvatarPairsTests {
    @Test func `avatars are drawn as outlines, by night and at a quarter of their size`() throws {
        try withTemporaryFolder { folder in
            try AvatarSet.write(count: 3, size: 32, to: folder + "/lines", seed: 4, pairs: .outlines)
            let pairs = try PairSource.open(folder + "/lines")
            try pairs.checkSizes()
            let (outline, image) = (try pairs.first.image(at: 1), try pairs.second.image(at: 1))
            #expect(image == Avatar.image(seed: 4, index: 1, size: 32))
            #expect(outline.channels == 1 && outline.pixels[0] == 255 && outline.pixels.contains { $0 < 90 })

            try AvatarSet.write(count: 3, size: 32, to: folder + "/night", seed: 4, pairs: .night)
            let domains = try openDomains(folder + "/night")
            #expect(try domains.first.image(at: 2) == Avatar.image(seed: 4, index: 2, size: 32))
            let day = Avatar.image(seed: 4, index: 5, size: 32)
            let night = try domains.second.image(at: 2)
            #expect(night == Avatar(seed: 4, index: 5).nightImage(size: 32))
            let light = { (image: Image) in image.pixels.reduce(0) { $0 + Int($1) } }
            #expect(2 * light(night) < light(day))
            let table = try String(contentsOfFile: folder + "/night/attributes.csv", encoding: .utf8)
            #expect(table.contains("A/00002.png") && table.contains("B/00002.png"))

            try AvatarSet.write(count: 2, size: 32, to: folder + "/sizes", seed: 4, pairs: .resolutions)
            let sizes = try PairSource.open(folder + "/sizes")
            try sizes.checkSizes(factor: 4)
            let (low, high) = (try sizes.first.image(at: 1), try sizes.second.image(at: 1))
            #expect(high == Avatar.image(seed: 4, index: 1, size: 32))
            #expect(low.width == 8 && low == high.resized(width: 8, height: 8))
        }
    }
}
