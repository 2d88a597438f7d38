import Tensors

/// Whether latents can be calculated with: how many images have an attribute once its latents are added.
///
/// Samples are sorted by whether they have the attribute. Two ways of adding it are tried: "mean of three
/// with it, less mean of three without, plus mean of three others without", as published, where a
/// classifier chooses and labels images instead of a person; and steps along the direction from the mean of
/// all sorted samples without the attribute to the mean of all with it, from samples that were not among
/// them.
///
/// - Source: Radford et al. 2015, section 6.3.2.
public struct ArithmeticAgreement: Hashable, Sendable {
    /// So many images have the attribute of those made.
    public struct Tally: Codable, Hashable, Sendable {
        /// Images with the attribute.
        public internal(set) var matches = 0
        /// All images.
        public internal(set) var count = 0

        /// The share with the attribute; 0 of no images.
        public var share: Double { Double(matches) / Double(max(1, count)) }

        init(_ labels: some Sequence<Bool>) {
            for hasAttribute in labels {
                count += 1
                if hasAttribute { matches += 1 }
            }
        }
    }

    /// The samples that were sorted.
    public let samples: Tally
    /// Results of expressions.
    public let results: Tally
    /// Results of those expressions whose terms' means, too, show what their samples show.
    public let clearResults: Tally
    /// Samples without the attribute, moved along its direction by each of `steps`.
    public let moved: [Tally]

    /// In standard deviations of the latents.
    public static let steps = [1, 2, 3, 4, 5, 6]
    /// Samples whose mean is a term, as published.
    private static let perTerm = 3

    /// - Parameters:
    ///   - seeds: of samples to sort.
    ///   - freshSeeds: of others, to move; there are as many expressions.
    ///   - hasAttribute: labels images `[n, height, width, channels]` in [-1, 1].
    ///   - seed: that the choice of samples follows from.
    ///   - progress: told how many images are labeled.
    /// - Throws: `ConfigurationError` if the samples have too few with the attribute, or without.
    public init(
        seeds: [UInt64], freshSeeds: [UInt64], in space: LatentSpace, seed: UInt64 = 0,
        hasAttribute: (Tensor) -> [Bool], progress: (_ done: Int) -> Void = { _ in }
    ) throws(ConfigurationError) {
        var done = 0
        func label(_ latents: Tensor) -> [Bool] {
            (0..<latents.shape[0]).pieces(of: LatentSpace.atATime).flatMap { rows in
                defer {
                    done += rows.count
                    progress(done)
                }
                return hasAttribute(space.tensor(of: latents.sliced(axis: 0, rows)))
            }
        }
        let sorted = try SortedLatents(space.latents(seeds: seeds), label, atLeast: Self.perTerm)
        samples = Tally(sorted.labels)

        var stream = RandomStream(seed: seed, purpose: .latents, index: 1)
        // For each expression its three means, and its result.
        let expressions = Tensor.concatenated(
            freshSeeds.map { _ in sorted.expression(perTerm: Self.perTerm, from: &stream) }, axis: 0)
        let labels = label(expressions)
        let places = freshSeeds.indices.map { 4 * $0 }
        results = Tally(places.map { labels[$0 + 3] })
        clearResults = Tally(
            places.filter { Array(labels[$0..<$0 + 3]) == [true, false, false] }
                .map { labels[$0 + 3] })

        guard let direction = space.direction(from: sorted.without, to: sorted.with) else {
            throw ConfigurationError("the samples with the attribute and those without have the same mean")
        }
        let fresh = space.latents(seeds: freshSeeds)
        let lacking = label(fresh).enumerated().filter { !$0.element }.map(\.offset)
        guard !lacking.isEmpty else {
            throw ConfigurationError("all of \(freshSeeds.count) samples have the attribute; take more")
        }
        let starts = fresh.rows(at: lacking)
        moved = Self.steps.map { Tally(label(starts + direction * Scalar($0))) }
    }

    /// How many images are labeled at most.
    public static func imageCount(samples: Int, expressions: Int) -> Int {
        samples + expressions * (5 + steps.count)
    }
}

/// Latents of images with an attribute and of images without.
private struct SortedLatents {
    let labels: [Bool]
    let with: Tensor
    let without: Tensor

    init(
        _ latents: Tensor, _ label: (Tensor) -> [Bool], atLeast perTerm: Int
    ) throws(ConfigurationError) {
        let labels = label(latents)
        let found = labels.count { $0 }
        guard found >= perTerm, labels.count - found >= 2 * perTerm else {
            throw ConfigurationError(
                "of \(labels.count) samples \(found) have the attribute; at least \(perTerm) must have "
                    + "it and \(2 * perTerm) must not: take more samples, or another attribute")
        }
        let indices = labels.indices
        self.labels = labels
        with = latents.rows(at: indices.filter { labels[$0] })
        without = latents.rows(at: indices.filter { !labels[$0] })
    }

    /// The means of examples, of others and of a base, and the result.
    ///
    /// - Shapes: `[4, size]`
    func expression(perTerm: Int, from stream: inout RandomStream) -> Tensor {
        let examples = with.rows(at: stream.choose(perTerm, below: with.shape[0]))
        let chosen = stream.choose(2 * perTerm, below: without.shape[0])
        let others = without.rows(at: Array(chosen.prefix(perTerm)))
        let base = without.rows(at: Array(chosen.suffix(perTerm)))
        let arithmetic = LatentArithmetic([
            .init(name: "with", latents: examples), .init(-1, name: "without", latents: others),
            .init(name: "base", latents: base),
        ])
        return Tensor.concatenated(arithmetic.terms.map(\.mean) + [arithmetic.result], axis: 0)
    }
}

extension RandomStream {
    /// Different numbers from 0 to `end`.
    fileprivate mutating func choose(_ count: Int, below end: Int) -> [Int] {
        var chosen: [Int] = []
        while chosen.count < count {
            let candidate = integer(in: 0..<end)
            if !chosen.contains(candidate) { chosen.append(candidate) }
        }
        return chosen
    }
}
