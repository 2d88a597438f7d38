import ArgumentParser

/// Seeds as written on the command line: `0,1,4-6`.
struct SeedList: ExpressibleByArgument {
    let seeds: [UInt64]

    /// More images than this at once are surely a slip.
    static let maximumCount = 1_000_000

    init(_ seeds: [UInt64]) { self.seeds = seeds }

    init?(argument: String) {
        var seeds: [UInt64] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                first <= last, last - first < UInt64(SeedList.maximumCount)
            else { return nil }
            seeds += first...last
            guard seeds.count <= SeedList.maximumCount else { return nil }
        }
        self.seeds = seeds
    }
}

extension SeedList: CustomStringConvertible {
    /// Such as `seed 7` or `seeds 0-5, 9`.
    var description: String {
        var ranges: [ClosedRange<UInt64>] = []
        for seed in seeds {
            if let last = ranges.last, last.upperBound < seed, last.upperBound + 1 == seed {
                ranges[ranges.count - 1] = last.lowerBound...seed
            } else {
                ranges.append(seed...seed)
            }
        }
        let words = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        return "seed\(seeds.count == 1 ? "" : "s") " + words.joined(separator: ", ")
    }
}
