import GANs

/// A place in latent space, as how one gets there, so that a page can name any without its numbers.
indirect enum LatentPoint: Sendable {
    /// What a seed draws.
    case seed(UInt64)
    /// Numbers that a photo was projected to, or that a file held.
    case numbers(LatentNumbers)
    /// On the way from one to another.
    case walk(LatentPoint, LatentPoint, share: Double)
    /// Between several, each with its weight.
    case blend([LatentPoint], weights: [Double])
    /// The mean of some, less that of others, plus that of yet others.
    case sum(plus: [LatentPoint], minus: [LatentPoint])
    /// The styles of one, but in some layers those of another; layers that a generator has not do not count.
    case mix(LatentPoint, LatentPoint, layers: Set<Int>)
    /// Moved along an attribute's direction, in standard deviations.
    case moved(LatentPoint, by: [Attribute])

    /// An attribute by examples that have it and others that do not, or by its direction.
    struct Attribute: Codable, Sendable {
        var with: [LatentPoint]?
        var without: [LatentPoint]?
        var direction: LatentNumbers?
        let amount: Double
    }

    /// Parts within parts; a page nests a few.
    static let maximumDepth = 24
}

extension LatentPoint: Codable {
    private enum Keys: String, CodingKey {
        case seed, numbers, walk, share, blend, weights, plus, minus, mix, layers, moved, by
    }

    init(from decoder: any Decoder) throws {
        func refuse(_ detail: String) -> DecodingError {
            .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: detail))
        }
        guard decoder.codingPath.count < 3 * LatentPoint.maximumDepth else {
            throw refuse("nested too deeply")
        }
        let values = try decoder.container(keyedBy: Keys.self)
        func points(_ key: Keys, _ counts: ClosedRange<Int>) throws -> [LatentPoint] {
            let points = try values.decode([LatentPoint].self, forKey: key)
            guard counts.contains(points.count) else { throw refuse("\(points.count) points") }
            return points
        }
        func number(_ key: Keys, in range: ClosedRange<Double>) throws -> Double {
            let number = try values.decode(Double.self, forKey: key)
            guard range.contains(number) else { throw refuse("\(number) is out of range") }
            return number
        }
        if let seed = try values.decodeIfPresent(UInt64.self, forKey: .seed) {
            self = .seed(seed)
        } else if let numbers = try values.decodeIfPresent(LatentNumbers.self, forKey: .numbers) {
            self = .numbers(numbers)
        } else if values.contains(.walk) {
            let ends = try points(.walk, 2...2)
            self = .walk(ends[0], ends[1], share: try number(.share, in: -1...2))
        } else if values.contains(.blend) {
            let corners = try points(.blend, 1...8)
            let weights = try values.decode([Double].self, forKey: .weights)
            guard weights.count == corners.count, weights.allSatisfy({ (-10...10).contains($0) }) else {
                throw refuse("weights")
            }
            self = .blend(corners, weights: weights)
        } else if values.contains(.plus) {
            self = .sum(plus: try points(.plus, 1...64), minus: try points(.minus, 0...64))
        } else if values.contains(.mix) {
            let ends = try points(.mix, 2...2)
            let layers = try values.decode([Int].self, forKey: .layers)
            guard layers.count <= 64 else { throw refuse("\(layers.count) layers") }
            self = .mix(ends[0], ends[1], layers: Set(layers))
        } else {
            let attributes = try values.decode([Attribute].self, forKey: .by)
            guard attributes.count <= 32, attributes.allSatisfy({ (-20...20).contains($0.amount) }) else {
                throw refuse("attributes")
            }
            self = .moved(try values.decode(LatentPoint.self, forKey: .moved), by: attributes)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Keys.self)
        switch self {
        case .seed(let seed): try values.encode(seed, forKey: .seed)
        case .numbers(let numbers): try values.encode(numbers, forKey: .numbers)
        case .walk(let one, let other, let share):
            try values.encode([one, other], forKey: .walk)
            try values.encode(share, forKey: .share)
        case .blend(let corners, let weights):
            try values.encode(corners, forKey: .blend)
            try values.encode(weights, forKey: .weights)
        case .sum(let plus, let minus):
            try values.encode(plus, forKey: .plus)
            try values.encode(minus, forKey: .minus)
        case .mix(let one, let other, let layers):
            try values.encode([one, other], forKey: .mix)
            try values.encode(layers.sorted(), forKey: .layers)
        case .moved(let point, let attributes):
            try values.encode(point, forKey: .moved)
            try values.encode(attributes, forKey: .by)
        }
    }
}
