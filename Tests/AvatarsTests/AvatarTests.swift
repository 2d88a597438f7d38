import Foundation
import Images
import Testing

@testable import Avatars

@Suite struct AvatarTests {
    @Test func oneSeedAlwaysDrawsTheSameImages() {
        let first = Avatar.image(seed: 7, index: 3, size: 48)
        #expect(first == Avatar.image(seed: 7, index: 3, size: 48))
        #expect(first != Avatar.image(seed: 7, index: 4, size: 48))
        #expect(first != Avatar.image(seed: 8, index: 3, size: 48))
        #expect(Avatar(seed: 7, index: 3).attributes == AvatarAttributes(seed: 7, index: 3))
    }

    private static let frequencies: [(AvatarAttribute, String, Double)] = [
        (.glasses, "none", 4 / 6), (.glasses, "round", 1 / 6), (.hat, "none", 0.8), (.hat, "cap", 0.1),
        (.mouth, "smiling", 0.5), (.beard, "full", 1 / 8), (.skin, "honey", 1 / 6),
        (.background, "mint", 1 / 6), (.hair, "bald", 1 / 26), (.hairColor, "black", 5 / 25),
    ]

    @Test(arguments: frequencies)
    func attributesHaveTheStatedFrequencies(attribute: AvatarAttribute, value: String, expected: Double) {
        let count = 20_000
        let met = (0..<count).count { AvatarAttributes(seed: 1, index: UInt64($0))[attribute] == value }
        let deviation = (expected * (1 - expected) / Double(count)).squareRoot()
        #expect(abs(Double(met) / Double(count) - expected) < 5 * deviation)
    }

    /// Cramér's V of each pair: near 0 where two attributes are independent, 1 where one tells the other.
    @Test func attributesAreIndependent() {
        let count = 20_000
        let all = (0..<count).map { AvatarAttributes(seed: 2, index: UInt64($0)) }
        for first in AvatarAttribute.allCases {
            for second in AvatarAttribute.allCases where second.rawValue > first.rawValue {
                var pairs: [String: [String: Double]] = [:]
                for attributes in all {
                    pairs[attributes[first], default: [:]][attributes[second], default: 0] += 1
                }
                var totals: [String: Double] = [:]
                for row in pairs.values { totals.merge(row, uniquingKeysWith: +) }
                var chiSquared = 0.0
                for row in pairs.values {
                    let rowTotal = row.values.reduce(0, +)
                    for (value, total) in totals {
                        let expected = rowTotal * total / Double(count)
                        let difference = row[value, default: 0] - expected
                        chiSquared += difference * difference / expected
                    }
                }
                let freedom = Double(min(pairs.count, totals.count) - 1)
                let association = (chiSquared / (Double(count) * freedom)).squareRoot()
                #expect(association < 0.04, "\(first) and \(second)")
            }
        }
    }

    @Test func everyAttributeChangesTheImage() {
        let plain = {
            var avatar = Avatar(seed: 3, index: 0)
            avatar.attributes.glasses = .none
            avatar.attributes.hat = .none
            avatar.attributes.beard = .none
            avatar.attributes.mouth = .neutral
            return avatar
        }()
        let changes: [(inout AvatarAttributes) -> Void] = [
            { $0.glasses = .round }, { $0.glasses = .square }, { $0.hat = .beanie }, { $0.hat = .cap },
            { $0.beard = .full }, { $0.mouth = .smiling },
        ]
        var images: Set<Image> = [plain.image(size: 32)]
        for change in changes {
            var avatar = plain
            change(&avatar.attributes)
            images.insert(avatar.image(size: 32))
        }
        #expect(images.count == changes.count + 1)
        let styles = AvatarAttributes.HairStyle.allCases.map { style in
            var avatar = plain
            avatar.attributes.hair = style
            return avatar.image(size: 32)
        }
        #expect(Set(styles).count == styles.count)
    }

    /// An image of twice the side, averaged over 2x2 pixels, is the image: both hold the exact average
    /// of one scene, up to where shapes' edges share a pixel and to rounding.
    @Test func allSizesShowTheSameScene() {
        for index in 0..<20 as Range<UInt64> {
            let small = Avatar.image(seed: 4, index: index, size: 64)
            let large = Avatar.image(seed: 4, index: index, size: 128)
            var sum = 0.0
            for y in 0..<64 {
                for x in 0..<64 {
                    for channel in 0..<3 {
                        var average = 0
                        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                            average += Int(large.pixels[((2 * y + dy) * 128 + 2 * x + dx) * 3 + channel])
                        }
                        let level = Double(small.pixels[(y * 64 + x) * 3 + channel])
                        sum += abs(level - Double(average) / 4)
                    }
                }
            }
            #expect(sum / (64 * 64 * 3) < 1.0)
        }
    }
}

@Suite struct AvatarLabelTests {
    @Test(arguments: [16, 33, 64])
    func labelsAgreeWithAttributes(size: Int) {
        for index in 0..<150 as Range<UInt64> {
            let avatar = Avatar(seed: 5, index: index)
            let map = avatar.labels(size: size)
            #expect(map.count == size * size)
            let met = Set(map.compactMap(AvatarLabel.init(rawValue:)))
            let attributes = avatar.attributes
            #expect(met.contains(.glasses) == (attributes.glasses != .none))
            #expect(met.contains(.hat) == (attributes.hat != .none))
            #expect(met.contains(.beard) == (attributes.beard != .none))
            if attributes.hair == .bald { #expect(!met.contains(.hair)) }
            #expect(met.isSuperset(of: [.background, .clothing, .skin, .mouth]))
            // Nose and eyes are smaller than a pixel, or behind the glasses, on the smallest maps.
            if size > 16 { #expect(met.isSuperset(of: [.nose, .eyes])) }
        }
    }

    /// Cloth of a color met nowhere else in the image covers the same pixels on the map.
    @Test func labelsLieWhereTheImageShowsThem() {
        var avatar = Avatar(seed: 6, index: 0)
        avatar.attributes.hat = .beanie
        avatar.attributes.hatColor = .teal
        avatar.attributes.skin = .porcelain
        avatar.attributes.hairColor = .black
        avatar.attributes.clothingColor = .coral
        avatar.attributes.background = .lavender
        let size = 128
        let image = avatar.image(size: size)
        let labels = avatar.labels(size: size)
        var agreeing = 0
        var greenish = 0
        for pixel in 0..<size * size {
            let (red, green, blue) = (
                Int(image.pixels[pixel * 3]), Int(image.pixels[pixel * 3 + 1]),
                Int(image.pixels[pixel * 3 + 2])
            )
            guard green > red + 40, green > blue + 5 else { continue }
            greenish += 1
            if labels[pixel] == AvatarLabel.hat.rawValue { agreeing += 1 }
        }
        #expect(greenish > 1000)
        #expect(Double(agreeing) > 0.98 * Double(greenish))
    }
}
