import CLoops
import Foundation
import Testing

@testable import Kernels

@Suite struct SortingTests {
    @Test(arguments: [0, 1, 2, 7, 2049, 30_000])
    func scalarsRise(count: Int) {
        var values = normal(count, seed: 3).map { $0 * 1e3 }
        let special: [Scalar] = [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, 1, 1]
        for (place, value) in special.enumerated()
        where place < count { values[place] = value }
        let expected = values.sorted()
        var scratch = [Scalar](repeating: .nan, count: count)
        loop_sort(&values, &scratch, count)
        #expect(values == expected)
    }
}

@Suite struct SlicedDistanceTests {
    private func distance(
        _ a: [Scalar], _ b: [Scalar], dimensions: Int, directions: [Scalar]
    ) -> Double {
        withPointers(a, b) {
            slicedDistance(
                $0, $1, count: a.count / dimensions, dimensions: dimensions, directions: directions,
                directionCount: directions.count / dimensions)
        }
    }

    @Test func inOneDimensionAShiftIsTheDistance() {
        let points = normal(5000, seed: 1)
        let shifted = points.reversed().map { $0 + 0.75 }
        let found = distance(points, Array(shifted), dimensions: 1, directions: [1, -1])
        #expect(abs(found - 0.75) < 1e-5)
        #expect(distance(points, points.reversed(), dimensions: 1, directions: [1]) == 0)
    }

    /// Of two normal distributions of deviations 1 and 2 it is the mean of |z| for normal z.
    @Test func ofAnotherSpreadTheDistanceIsThatOfTheQuantiles() {
        let found = distance(
            normal(40_000, seed: 1), normal(40_000, seed: 2).map { 2 * $0 }, dimensions: 1, directions: [1])
        #expect(abs(found - (2 / Double.pi).squareRoot()) < 0.03)
    }

    /// More directions than a thread takes at a time, each seeing its own share of the shift.
    @Test func everyDirectionCounts() {
        let points = normal(3 * 501, seed: 1)
        let shifted = points.enumerated().map { $0.offset % 3 == 0 ? $0.element + 2 : $0.element }
        let directions = normal(3 * 70, seed: 2)
        let expected =
            stride(from: 0, to: directions.count, by: 3)
            .reduce(0) { $0 + abs(2 * Double(directions[$1])) } / 70
        let found = distance(points, shifted, dimensions: 3, directions: directions)
        #expect(abs(found - expected) < 1e-4)
    }
}

@Suite struct PyramidTests {
    private static let shapes = [(8, 8, 1), (7, 10, 3), (16, 5, 2)]

    /// Blurring mirrored images, written out.
    private func blurred(_ image: (Int, Int) -> Double, height: Int, width: Int, y: Int, x: Int) -> Double {
        let weights = [1.0, 4, 6, 4, 1].map { $0 / 16 }
        func mirrored(_ place: Int, _ extent: Int) -> Int {
            place < 0 ? -place : place >= extent ? 2 * extent - 2 - place : place
        }
        return (0..<25).reduce(0) { sum, tap in
            sum + weights[tap / 5] * weights[tap % 5]
                * image(mirrored(y + tap / 5 - 2, height), mirrored(x + tap % 5 - 2, width))
        }
    }

    @Test(arguments: shapes.indices)
    func halvesAndDetailsFollowTheFormulas(index: Int) {
        let (height, width, channels) = Self.shapes[index]
        let pyramid = Pyramid(count: 2, height: height, width: width, channels: channels)
        let (halfHeight, halfWidth) = (pyramid.halfHeight, pyramid.halfWidth)
        let images = normal(2 * height * width * channels, seed: 1)
        let halves = output(2 * halfHeight * halfWidth * channels) { pyramid.halve(images, into: $0) }
        let details = output(images.count) { pyramid.subtractDoubled(halves, from: images, into: $0) }
        for place in images.indices {
            let (channel, x) = (place % channels, place / channels % width)
            let (y, image) = (place / channels / width % height, place / channels / width / height)
            func pixel(_ y: Int, _ x: Int) -> Double {
                Double(images[((image * height + y) * width + x) * channels + channel])
            }
            func half(_ y: Int, _ x: Int) -> Double {
                Double(halves[((image * halfHeight + y) * halfWidth + x) * channels + channel])
            }
            func spread(_ y: Int, _ x: Int) -> Double { y % 2 + x % 2 == 0 ? 4 * half(y / 2, x / 2) : 0 }
            if y % 2 == 0 && x % 2 == 0 {
                let expected = blurred(pixel, height: height, width: width, y: y, x: x)
                #expect(abs(half(y / 2, x / 2) - expected) < rounding)
            }
            let expected = pixel(y, x) - blurred(spread, height: height, width: width, y: y, x: x)
            #expect(abs(Double(details[place]) - expected) < rounding)
        }
    }

    @Test func neighborhoodsAreCutOut() {
        let images = (0..<2 * 4 * 5 * 2).map { Scalar($0) }
        let found = output(2 * 2 * 4 * 2) {
            gatherNeighborhoods(
                of: images, into: $0, count: 2, height: 4, width: 5, channels: 2,
                corners: [(0, 0), (2, 3), (1, 2), (0, 1)], side: 2)
        }
        func expected(_ image: Int, _ row: Int, _ column: Int) -> [Scalar] {
            [(0, 0), (0, 1), (1, 0), (1, 1)].flatMap { offset -> [Scalar] in
                let place = Scalar(((image * 4 + row + offset.0) * 5 + column + offset.1) * 2)
                return [place, place + 1]
            }
        }
        #expect(found == expected(0, 0, 0) + expected(0, 2, 3) + expected(1, 1, 2) + expected(1, 0, 1))
    }
}
