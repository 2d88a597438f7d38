import Foundation
import Images
import Testing

@testable import Avatars

@Suite struct AvatarTests {
    @Test func oneSeedDrawsTheSameImagesAnyTime() {
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

@Suite struct CoverageTests {
    private func area(_ path: Path, size: Int) -> Double {
        var coverage = Coverage(size: size)
        coverage.fill(path.filled(size: Double(size)))
        var sum = 0.0
        for row in coverage.rows {
            for column in coverage.columns { sum += Double(coverage.values[row * size + column]) }
        }
        return sum
    }

    @Test(arguments: [16, 64, 301])
    func ellipseCoversItsArea(size: Int) {
        let expected = Double.pi * 0.31 * 0.17 * Double(size * size)
        let found = area(.ellipse(Point(0.47, 0.53), Point(0.31, 0.17)), size: size)
        #expect(abs(found / expected - 1) < 0.01)
    }

    @Test func polygonsAreExact() {
        let triangle = Path.polygon([Point(0.1, 0.13), Point(0.83, 0.31), Point(0.29, 0.92)])
        let twice = (0.73 * 0.79 - 0.18 * 0.19) * 100
        #expect(abs(area(triangle, size: 10) - twice / 2) < 1e-4)
        // Half a pixel each way around.
        #expect(abs(area(.rectangle(Point(0.5, 0.5), Point(0.25, 0.15)), size: 10) - 15) < 1e-4)
    }

    @Test func whatLiesOutsideIsCutOff() {
        let diamond = Path.polygon([Point(-0.5, 0.5), Point(0.5, -0.5), Point(1.5, 0.5), Point(0.5, 1.5)])
        #expect(abs(area(diamond, size: 12) - 144) < 1e-3)
        let left = Path.polygon([Point(-0.5, 0.25), Point(0.5, 0.5), Point(-0.5, 0.75)])
        // The triangle's right half: half as wide and half as high.
        #expect(abs(area(left, size: 16) - 0.5 * 0.5 * 0.25 * 256) < 1e-3)
        #expect(area(.circle(Point(2, 2), 0.5), size: 8) == 0)
    }

    @Test func contoursOfAPathAddUpWhateverTheirDirection() {
        var path = Path.rectangle(Point(0.3, 0.5), Point(0.2, 0.2))
        path.append(.rectangle(Point(0.5, 0.5), Point(0.2, 0.2)).mirrored.moved(by: Point(1, 0)))
        #expect(abs(area(path, size: 20) - 0.6 * 0.4 * 400) < 1e-3)
    }

    @Test func strokesHaveTheirWidth() {
        var coverage = Coverage(size: 100)
        func area(_ contours: Contours) -> Double {
            coverage.fill(contours)
            return coverage.rows.reduce(0) { sum, row in
                coverage.columns.reduce(sum) { $0 + Double(coverage.values[row * 100 + $1]) }
            }
        }
        let ring = Path.circle(Point(0.5, 0.5), 0.3).stroked(size: 100, width: 4, closed: true)
        #expect(abs(area(ring) / (2 * Double.pi * 30 * 4) - 1) < 0.01)
        let line = Path.polygon([Point(0.2, 0.3), Point(0.8, 0.6)]).stroked(
            size: 100, width: 6, closed: false)
        let expected = (60.0 * 60 + 30 * 30).squareRoot() * 6 + Double.pi * 9
        #expect(abs(area(line) / expected - 1) < 0.01)
    }
}
