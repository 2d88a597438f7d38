import Checkpoints
import Foundation
import GANs
import TestSupport
import Testing

@Suite struct FeatureMeasureTests {
    private static func normal(_ count: Int, _ dimension: Int, seed: UInt64) throws -> FeatureSet {
        try KernelDistanceTests.normal(count, dimension, seed: seed)
    }

    private static func changed(_ features: FeatureSet, _ change: (Scalar) -> Scalar) throws -> FeatureSet {
        try FeatureSet(
            values: features.values.map(change), count: features.count, dimension: features.dimension)
    }

    @Test func `the Fréchet distance of moved and scaled features is the known one`() throws {
        let features = try Self.normal(400, 12, seed: 1)
        let moments = FeatureMoments(features)
        #expect(abs(try moments.frechetDistance(to: moments)) < 1e-9)
        let moved = FeatureMoments(try Self.changed(features) { $0 + 2 })
        #expect(abs(try moments.frechetDistance(to: moved) - 4 * 12) < 1e-4)
        // (1 - 3)^2 of the trace, and of the mean.
        let scaled = FeatureMoments(try Self.changed(features) { 3 * $0 })
        let trace = (0..<12).reduce(0) { $0 + moments.covariance[$1 * 13] }
        let mean = moments.mean.reduce(0) { $0 + $1 * $1 }
        #expect(abs(try moments.frechetDistance(to: scaled) - 4 * (trace + mean)) < 1e-4)
        #expect(moments.count == 400)
    }

    @Test func `copies are told, and images of another kind`() throws {
        let (reals, others) = (try Self.normal(200, 6, seed: 2), try Self.normal(150, 6, seed: 3))
        let copies = try NeighborMeasures(reals: reals, fakes: reals.subset(Array(0..<120)))
        #expect(copies.copies == 1 && copies.precision == 1)
        let nearly = try NeighborMeasures(reals: reals, fakes: Self.changed(reals) { $0 + 0.001 })
        #expect(nearly.copies > 0.99 && nearly.coverage == 1 && nearly.recall == 1)
        let alike = try NeighborMeasures(reals: reals, fakes: others)
        #expect((0.3...0.65).contains(alike.copies) && (0.8...1.2).contains(alike.density))
        #expect(alike.precision > 0.7 && alike.recall > 0.7 && alike.coverage > 0.8)
        let far = try NeighborMeasures(reals: reals, fakes: Self.changed(others) { $0 + 9 })
        #expect(far.precision == 0 && far.recall == 0 && far.density == 0 && far.coverage == 0)
        #expect(far.copies == 0)
    }

    @Test func `the whole set's copies of duplicates count, too`() throws {
        let half = try Self.normal(20, 4, seed: 5)
        let doubled = try FeatureSet(values: half.values + half.values, count: 40, dimension: 4)
        #expect(try NeighborMeasures(reals: doubled, fakes: half).copies == 1)
    }

    @Test func `too few images have no neighbors`() throws {
        let (few, more) = (try Self.normal(5, 4, seed: 1), try Self.normal(6, 4, seed: 2))
        let error = #expect(throws: ConfigurationError.self) { try NeighborMeasures(reals: more, fakes: few) }
        #expect(error?.description == "5 generated images have no 5 neighbors each; give at least 6")
        _ = try NeighborMeasures(reals: more, fakes: more)
        let eleven = try Self.normal(11, 4, seed: 2)
        #expect(throws: ConfigurationError.self) { try ImageQuality(reals: eleven, fakes: more) }
    }

    @Test func `sliced distances are those of distributions, however many stand for them`() throws {
        let features = try Self.normal(50, 1, seed: 7)
        #expect(try features.slicedDistance(to: features) == 0)
        // In one dimension all directions are 1 and -1.
        let moved = try Self.changed(features) { $0 + 3 }
        #expect(abs(try features.slicedDistance(to: moved) - 3) < 1e-5)
        let tripled = try FeatureSet(
            values: features.values + features.values + features.values, count: 150, dimension: 1)
        #expect(try features.slicedDistance(to: tripled) < 1e-6)
        #expect(abs(try tripled.slicedDistance(to: moved) - 3) < 1e-5)
        let (a, b) = (
            try FeatureSet(values: [0, 3], count: 2, dimension: 1),
            try FeatureSet(values: [0, 0, 3], count: 3, dimension: 1)
        )
        #expect(abs(try a.slicedDistance(to: b) - 0.5) < 1e-6)
    }

    @Test func `measures stand beside those of the halves`() throws {
        let (reals, fakes) = (try Self.normal(61, 5, seed: 1), try Self.normal(40, 5, seed: 2))
        let quality = try ImageQuality(reals: reals, fakes: fakes, seed: 3)
        #expect(quality.reals == 61 && quality.fakes == 40)
        #expect(quality.firstHalf == 30 && quality.secondHalf == 31)
        let halves = reals.halves(seed: 3)
        #expect(quality.floor == (try QualityMeasures(reals: halves.first, fakes: halves.second)))
        #expect(quality.measures == (try QualityMeasures(reals: reals, fakes: fakes)))
        let other = try ImageQuality(reals: reals, fakes: fakes, seed: 4)
        #expect(other.measures == quality.measures && other.floor != quality.floor)
        let given = try ImageQuality(reals: reals, fakes: fakes, slicedWasserstein: (7, 2))
        #expect(given.measures.slicedWasserstein == 7 && given.floor.slicedWasserstein == 2)
    }

    @Test func `features are kept in files, and impossible ones refused`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/features.npy"
            let features = try Self.normal(6, 3, seed: 1)
            try features.write(to: path)
            let read = try FeatureSet(path: path)
            #expect(read.count == 6 && read.dimension == 3)
            #expect(zip(read.values, features.values).allSatisfy { Float($0) == Float($1) })
            func expectRefusal(_ shape: [Int], _ values: [Float], _ words: String) throws {
                try NumpyArray(shape: shape, values: values).write(to: path)
                let error = #expect(throws: ConfigurationError.self) { try FeatureSet(path: path) }
                #expect(error?.description.contains(words) == true, "\(String(describing: error))")
            }
            try expectRefusal([6], [1, 2, 3, 4, 5, 6], "has shape [6]; features have two extents")
            try expectRefusal([1, 6], [1, 2, 3, 4, 5, 6], "1 images cannot be measured; give 2 to 1000000")
            try expectRefusal([2, 0], [], "0 features an image")
            try expectRefusal([2, 2], [1, 2, .nan, 4], "of image 1 hold nan; nothing can be measured")
            try expectRefusal([2, 2], [1, -1e30, 3, 4], "of image 0 hold -1")
            try expectRefusal([2, 9000], [Float](repeating: 0, count: 18000), "9000 features an image")
        }
    }

    @Test func `a claim of billions is refused before memory is taken`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/features.npy"
            try NumpyArray(shape: [40, 50], values: [Float](repeating: 0, count: 2000)).write(to: path)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            let text = String(decoding: bytes[10..<128], as: UTF8.self)
            let claim = text.replacingOccurrences(of: "(40, 50), }         ", with: "(4000000000, 50), } ")
            #expect(claim.utf8.count == 118 && claim != text)
            try (bytes[..<10] + Data(claim.utf8) + bytes[128...]).write(to: URL(fileURLWithPath: path))
            #expect(throws: CheckpointError.self) { try FeatureSet(path: path) }
        }
    }
}
