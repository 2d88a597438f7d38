import Tensors

/// Whether latents can be calculated with: of pictures made of "mean of some with an attribute, less mean of
/// some without, plus mean of others without", how many have the attribute.
///
/// - Source: Radford et al. 2015, section 6.3.2, where examples are chosen by eye; here a classifier chooses
///   and judges.
public struct ArithmeticAgreement: Hashable, Sendable {
    /// Generated pictures that were sorted.
    public let samples: Int
    /// Those of them that have the attribute.
    public let samplesWithAttribute: Int
    /// Expressions whose results were judged.
    public let expressions: Int
    /// Results that have the attribute.
    public let resultsWithAttribute: Int
    /// What of the same pictures has the attribute before it is added: the means of those without.
    public let basesWithAttribute: Int

    public var share: Double { Double(resultsWithAttribute) / Double(max(1, expressions)) }

    /// Sorts samples, draws expressions of them, and judges their results.
    ///
    /// - Parameters:
    ///   - seeds: of the samples.
    ///   - perTerm: samples whose mean is a term; 3 as published.
    ///   - hasAttribute: judges pictures `[n, height, width, channels]` in [-1, 1].
    ///   - seed: that the choice of samples follows from.
    ///   - progress: told how many pictures are judged of all.
    /// - Throws: `ConfigurationError` if the samples have too few with the attribute, or without.
    public init(
        seeds: [UInt64], expressions: Int, perTerm: Int = 3, in space: LatentSpace, seed: UInt64 = 0,
        hasAttribute: (Tensor) -> [Bool], progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(ConfigurationError) {
        let total = seeds.count + 2 * expressions
        var done = 0
        func judge(_ latents: Tensor) -> [Bool] {
            latents.rowRanges(of: LatentSpace.atATime).flatMap { rows in
                defer {
                    done += rows.count
                    progress(done, total)
                }
                return hasAttribute(space.tensor(of: latents.sliced(axis: 0, rows)))
            }
        }
        let latents = space.latents(seeds: seeds)
        let judgements = judge(latents)
        let (with, without) = (
            judgements.indices.filter { judgements[$0] }, judgements.indices.filter { !judgements[$0] }
        )
        guard with.count >= perTerm, without.count >= 2 * perTerm else {
            throw ConfigurationError(
                "of \(seeds.count) samples \(with.count) have the attribute and \(without.count) have not; "
                    + "\(perTerm) and \(2 * perTerm) are needed: take more samples")
        }
        let rows = latents.rows
        func mean(_ chosen: ArraySlice<Int>) -> Tensor {
            Tensor(chosen.flatMap { rows[$0] }, shape: [chosen.count, space.size])
                .mean(axes: [0], keepingAxes: true)
        }
        var stream = RandomStream(seed: seed, purpose: .latents, index: 1)
        var (bases, results): ([Tensor], [Tensor]) = ([], [])
        for _ in 0..<expressions {
            let examples = stream.choose(perTerm, of: with)
            let others = stream.choose(2 * perTerm, of: without)
            let base = mean(others.suffix(perTerm))
            bases.append(base)
            results.append(mean(examples[...]) - mean(others.prefix(perTerm)) + base)
        }
        samples = seeds.count
        samplesWithAttribute = with.count
        self.expressions = expressions
        basesWithAttribute = judge(Tensor.concatenated(bases, axis: 0)).count { $0 }
        resultsWithAttribute = judge(Tensor.concatenated(results, axis: 0)).count { $0 }
    }
}

extension RandomStream {
    /// Some of the elements, no place twice, in random order.
    fileprivate mutating func choose(_ count: Int, of elements: [Int]) -> [Int] {
        var pool = elements
        for place in 0..<count {
            pool.swapAt(place, place + Int(uniform() * Double(pool.count - place)))
        }
        return Array(pool.prefix(count))
    }
}
