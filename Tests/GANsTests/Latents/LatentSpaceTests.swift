import Foundation
import GANs
import Tensors
import TestSupport
import Testing

/// A space whose images show the latent itself: of `size` numbers, `size / 4` rows of four gray pixels.
func plainSpace(size: Int = 16, geometry: LatentSpace.Geometry = .sphere) -> LatentSpace {
    LatentSpace(size: size, geometry: geometry) { seeds in
        latents(seeds: seeds, latentSize: size)
    } generate: { latents in
        (latents * 0.25).tanh().reshaped([latents.shape[0], size / 4, 4, 1])
    }
}

private func row(_ tensor: Tensor, _ index: Int) -> [Double] {
    tensor.sliced(axis: 0, index..<index + 1).scalars.map { Double($0) }
}

private func length(_ values: [Double]) -> Double { values.map { $0 * $0 }.reduce(0, +).squareRoot() }

@Suite struct LatentSpaceTests {
    @Test(arguments: Interpolation.allCases, [false, true])
    func `a path passes through its latents`(_ mode: Interpolation, isLoop: Bool) {
        let space = plainSpace()
        let keys = space.latents(seeds: [3, 4, 5])
        let path = space.path(through: keys, framesPerLeg: 5, isLoop: isLoop, by: mode)
        #expect(path.shape == [isLoop ? 15 : 11, 16])
        for key in 0..<3 { expectClose(row(path, 5 * key), row(keys, key)) }
        // Where the ends are far from the origin, so is all on arcs and on the curve.
        let lengths = (0..<3).map { length(row(keys, $0)) }
        for frame in 0..<path.shape[0] {
            let (from, to) = (lengths[frame / 5], lengths[(frame / 5 + 1) % 3])
            let own = length(row(path, frame))
            switch mode {
            case .slerp: #expect(own > 0.93 * min(from, to) && own < 1.07 * max(from, to))
            case .spline:
                let share = Double(frame % 5) / 5
                if frame < 10 || isLoop { #expect(abs(own - from - (to - from) * share) < 1e-4) }
            case .lerp: #expect(own < 1.0001 * max(from, to))
            }
        }
    }

    @Test func `straight lines, arcs and curves are what they say`() {
        let space = plainSpace(size: 4)
        let keys = Tensor([2, 0, 0, 0, 0, 2, 0, 0, -2, 0, 0, 0], shape: [3, 4])
        func middle(_ mode: Interpolation) -> [Double] {
            row(space.path(through: keys, framesPerLeg: 2, by: mode), 1)
        }
        expectClose(middle(.lerp), [1, 1, 0, 0])
        expectClose(middle(.slerp), [2 * 0.5.squareRoot(), 2 * 0.5.squareRoot(), 0, 0])
        #expect(space.defaultInterpolation == .slerp)
        #expect(plainSpace(geometry: .flat).defaultInterpolation == .lerp)
        // No bend: on both sides of the middle latent the curve goes the same way.
        let curve = plainSpace(size: 4, geometry: .flat)
            .path(through: keys, framesPerLeg: 100, by: .spline)
        let (before, at, after) = (row(curve, 99), row(curve, 100), row(curve, 101))
        let (coming, going) = (zip(at, before).map { $0 - $1 }, zip(after, at).map { $0 - $1 })
        #expect(length(zip(going, coming).map { $0 - $1 }) < 0.05 * length(going))
    }

    @Test func `opposite latents have a way between them`() {
        let keys = Tensor([1, 0, 0, 0, -1, 0, 0, 0], shape: [2, 4])
        let path = plainSpace(size: 4).path(through: keys, framesPerLeg: 4)
        #expect(path.scalars.allSatisfy { $0.isFinite })
        expectClose(row(path, 4), [-1, 0, 0, 0])
    }

    @Test func `a square has its corners`() {
        let space = plainSpace()
        let corners = space.latents(seeds: [1, 2, 3, 4])
        let square = space.square(between: corners, side: 4)
        #expect(square.shape == [16, 16])
        for (corner, place) in [0, 3, 12, 15].enumerated() {
            expectClose(row(square, place), row(corners, corner))
        }
        let top = space.path(through: corners.sliced(axis: 0, 0..<2), framesPerLeg: 3)
        expectClose(square.sliced(axis: 0, 0..<4).scalars, top.scalars.map { Double($0) })
    }

    @Test func `a direction goes from mean to mean`() throws {
        let space = plainSpace(size: 4)
        let (a, b) = (
            Tensor([1, 0, 0, 0, 3, 0, 0, 0], shape: [2, 4]), Tensor([2, -4, 0, 3], shape: [1, 4])
        )
        let direction = try #require(space.direction(from: a, to: b))
        expectClose(direction.scalars, [0, -0.8, 0, 0.6])
        #expect(space.direction(from: a, to: a) == nil)
    }

    @Test func `images follow from latents alone`() throws {
        try withTemporaryFolder { folder in
            let trained = try TrainedGenerator(path: SmallTraining.checkpoint(in: folder))
            let space = LatentSpace(trained)
            let seeds = (0..<70).map { UInt64($0) }
            #expect(space.images(of: space.latents(seeds: seeds)) == trained.images(seeds: seeds))
        }
    }
}

@Suite struct LatentArithmeticTests {
    private static let expressions: [(String, [(Double, String)])] = [
        ("1", [(1, "1")]), ("1,2 , 3-4", [(1, "1,2,3"), (-1, "4")]),
        (" - 7 +2.5*a-b.npy + ./1.npy", [(-1, "7"), (2.5, "a-b.npy"), (1, "./1.npy")]),
        ("z.npy-z.npy", [(1, "z.npy"), (-1, "z.npy")]), ("2 * 3,4", [(2, "3,4")]),
    ]

    @Test func `expressions are read`() throws {
        for (text, expected) in Self.expressions {
            let terms = try LatentExpression(text).terms
            #expect(terms.map(\.factor) == expected.map(\.0), "\(text)")
            let sources = terms.map { term in
                switch term.source {
                case .seeds(let seeds): seeds.map(String.init).joined(separator: ",")
                case .file(let path): path
                }
            }
            #expect(sources == expected.map(\.1), "\(text)")
        }
    }

    private static let mistakes: [(String, Int, String)] = [
        ("", 0, "breaks off"), ("1,2,3 -", 7, "breaks off"), ("1,,2", 2, "\",\" is no seed"),
        ("1,x", 2, "\"x\" is no seed"), ("1 2", 2, "+ or - is missing"), ("1 + )", 4, "\")\" begins no term"),
        ("1 + a.png", 4, "must end in .npy"), ("1glasses.npy", 1, "written ./name.npy"),
        ("99999999999999999999", 0, "seeds go up to"), ("1 + 2.5.1*3", 4, "before * stands a number"),
        ("1.5", 1, "is no part of a seed"),
    ]

    @Test func `what is wrong is pointed at`() {
        for (text, place, words) in Self.mistakes {
            do throws(LatentExpression.ParseError) {
                let parsed = try LatentExpression(text)
                Issue.record("\(text) was read as \(parsed)")
            } catch {
                let comment: Comment = "\(text): \(error)"
                #expect(error.place == place, comment)
                #expect(error.reason.contains(words), comment)
                let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
                #expect(lines.count == 3, comment)
                #expect(lines.last == Substring("  " + String(repeating: " ", count: place) + "^"), comment)
            }
        }
    }

    @Test func `terms are means, and the result their sum`() {
        let arithmetic = LatentArithmetic([
            .init(name: "a", latents: Tensor([1, 2, 3, 4], shape: [2, 2])),
            .init(-2, name: "b", latents: Tensor([1, 0], shape: [1, 2])),
        ])
        expectClose(arithmetic.result.scalars, [0, 3])
        let neighbors = arithmetic.neighbors(200).scalars.map { Double($0) }
        let offsets = neighbors.enumerated().map { $1 - [0, 3][$0 % 2] }
        #expect(offsets.allSatisfy { abs($0) <= 0.2501 } && offsets.contains { abs($0) > 0.2 })
    }

    @Test func `the figure shows every term`() {
        let space = plainSpace()
        let terms = [[1, 2, 3], [4, 5, 6, 7, 8]].map { seeds in
            LatentArithmetic.Term(name: "term", latents: space.latents(seeds: seeds.map { UInt64($0) }))
        }
        let two = LatentArithmetic(terms).figure(in: space)
        let one = LatentArithmetic([terms[0]]).figure(in: space)
        #expect(one.channels == 3 && two.width > one.width + 64)
        #expect(Set(one.pixels).count > 10)
    }

    @Test func `an attribute that is a direction can be added`() throws {
        // An image has it where the latent's first number is above 1; so has every sixth sample.
        let agreement = try ArithmeticAgreement(
            seeds: (0..<600).map { UInt64($0) }, freshSeeds: (600..<800).map { UInt64($0) },
            in: plainSpace()
        ) { images in
            (0..<images.shape[0]).map { images.scalars[$0 * 16] > Scalar(tanh(0.25)) }
        }
        #expect((0.1..<0.22).contains(agreement.samples.share) && agreement.samples.count == 600)
        #expect(agreement.results.count == 200 && agreement.clearResults.count > 20)
        // The mean of three is near 1.5, of three others near -0.3: the sum is nearly always above 1.
        #expect(agreement.results.share > 0.75)
        #expect(agreement.moved.map(\.share) == agreement.moved.map(\.share).sorted())
        #expect(agreement.moved[0].share < 0.6 && agreement.moved[5].share > 0.98)
    }

    @Test func `without examples there is nothing to add`() {
        for always in [true, false] {
            #expect(throws: ConfigurationError.self) {
                try ArithmeticAgreement(seeds: Array(0..<20), freshSeeds: [30], in: plainSpace()) {
                    images in
                    [Bool](repeating: always, count: images.shape[0])
                }
            }
        }
    }
}
