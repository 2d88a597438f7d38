import GANs
import TestSupport
import Testing

/// The same features measured by pytorch-fid 0.3.0, torch-fidelity 0.4.0, clean-fid 0.1.35 and prdc 0.2.
@Suite struct QualityGoldenTests {
    private static func features(_ golden: Golden, _ name: String) throws -> FeatureSet {
        let array = golden[name]
        return try FeatureSet(
            values: array.values.map { Scalar($0) }, count: array.shape[0], dimension: array.shape[1])
    }

    private static func expect(
        _ value: Double, _ golden: Golden, _ names: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for name in names {
            let expected = golden[name].values[0]
            #expect(
                abs(value - expected) <= 1e-4 * max(1e-2, abs(expected)),
                "\(name): \(value), not \(expected)",
                sourceLocation: sourceLocation)
        }
    }

    @Test func `FID is that of pytorch-fid and torch-fidelity`() throws {
        let golden = try Golden.load("quality")
        let (reals, fakes) = (try Self.features(golden, "real"), try Self.features(golden, "fake"))
        let distance = try FeatureMoments(reals).frechetDistance(to: FeatureMoments(fakes))
        Self.expect(distance, golden, "fid.pytorch-fid", "fid.torch-fidelity")
        let few = try FeatureMoments(Self.features(golden, "few.real")).frechetDistance(
            to: FeatureMoments(Self.features(golden, "few.fake")))
        Self.expect(few, golden, "few.fid.torch-fidelity")
    }

    @Test func `KID is that of torch-fidelity and clean-fid`() throws {
        let golden = try Golden.load("quality")
        let (reals, fakes) = (try Self.features(golden, "real"), try Self.features(golden, "fake"))
        let distance = try KernelDistance(reals: reals.subset(Array(0..<50)), fakes: fakes)
        Self.expect(distance.value, golden, "kid.torch-fidelity", "kid.clean-fid")
    }

    @Test func `neighbors are those of torch-fidelity and prdc`() throws {
        let golden = try Golden.load("quality")
        let (reals, fakes) = (try Self.features(golden, "real"), try Self.features(golden, "fake"))
        let measures = try NeighborMeasures(reals: reals, fakes: fakes)
        Self.expect(measures.precision, golden, "precision.torch-fidelity", "precision.prdc.3")
        Self.expect(measures.recall, golden, "recall.torch-fidelity", "recall.prdc.3")
        Self.expect(measures.density, golden, "density.prdc.5")
        Self.expect(measures.coverage, golden, "coverage.prdc.5")
        let others = try NeighborMeasures(
            reals: reals, fakes: fakes, precisionNeighbors: 5, densityNeighbors: 3)
        Self.expect(others.precision, golden, "precision.prdc.5")
        Self.expect(others.recall, golden, "recall.prdc.5")
        Self.expect(others.density, golden, "density.prdc.3")
        Self.expect(others.coverage, golden, "coverage.prdc.3")
    }
}
