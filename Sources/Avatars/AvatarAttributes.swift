import Kernels

/// The discrete attributes of an avatar, which are drawn independently of each other.
public struct AvatarAttributes: Codable, Hashable, Sendable {
    /// The tone of the skin, from light to dark.
    public enum Skin: String, Codable, CaseIterable, Sendable {
        case porcelain, fair, honey, caramel, chestnut, espresso
    }

    /// How the hair is cut.
    public enum HairStyle: String, Codable, CaseIterable, Sendable {
        case bald, buzz, short, parted, fringe, wavy, long, curly, bun
    }

    /// The color of the hair.
    public enum HairColor: String, Codable, CaseIterable, Sendable {
        case black, brown, chestnut, copper, blond, silver, rose, blue
    }

    /// What the mouth does.
    public enum Mouth: String, Codable, CaseIterable, Sendable {
        case neutral, smiling
    }

    /// Whether there is a beard.
    public enum Beard: String, Codable, CaseIterable, Sendable {
        case none, full
    }

    /// Whether there are glasses, and their shape.
    public enum Glasses: String, Codable, CaseIterable, Sendable {
        case none, round, square
    }

    /// Whether there is a hat, and which.
    public enum Hat: String, Codable, CaseIterable, Sendable {
        case none, beanie, cap
    }

    /// What is worn.
    public enum Clothing: String, Codable, CaseIterable, Sendable {
        case tee, shirt, hoodie
    }

    /// Colors of cloth, for clothing and hats.
    public enum Cloth: String, Codable, CaseIterable, Sendable {
        case navy, coral, teal, mustard, plum, cream
    }

    /// The color behind the avatar.
    public enum Background: String, Codable, CaseIterable, Sendable {
        case sky, mint, lavender, peach, lemon, rose
    }

    /// The tone of the skin.
    public var skin: Skin
    /// The hair's style.
    public var hair: HairStyle
    /// The hair's color, and the brows' and the beard's; also where the head is bald.
    public var hairColor: HairColor
    /// What the mouth does.
    public var mouth: Mouth
    /// Whether there is a beard.
    public var beard: Beard
    /// Whether there are glasses, and their shape.
    public var glasses: Glasses
    /// Whether there is a hat, and which.
    public var hat: Hat
    /// The color of the hat, where there is one.
    public var hatColor: Cloth
    /// What is worn.
    public var clothing: Clothing
    /// The color of the clothing.
    public var clothingColor: Cloth
    /// The color behind the avatar.
    public var background: Background

    /// The attributes of the avatar of an index, the same for a seed on any machine.
    ///
    /// Half of all avatars smile, a third wear glasses, a fifth wear a hat and an eighth have a beard; skin
    /// tones, clothes and backgrounds are equally frequent, hair styles and colors roughly as in a crowd.
    public init(seed: UInt64, index: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .drawing, index: index)
        self.init(from: &stream)
    }

    init(from stream: inout RandomStream) {
        skin = stream.pick()
        hair = stream.pick(weights: Self.hairStyleWeights)
        hairColor = stream.pick(weights: Self.hairColorWeights)
        mouth = stream.pick()
        beard = stream.pick(weights: [7, 1])
        glasses = stream.pick(weights: [4, 1, 1])
        hat = stream.pick(weights: [8, 1, 1])
        hatColor = stream.pick()
        clothing = stream.pick()
        clothingColor = stream.pick()
        background = stream.pick()
    }

    /// In the order of the cases.
    static let hairStyleWeights = [1.0, 2, 4, 4, 3, 3, 3, 3, 3]
    static let hairColorWeights = [5.0, 5, 4, 3, 4, 2, 1, 1]
}

/// The names of the attributes: columns of `attributes.csv`, or the classes of a data set.
public enum AvatarAttribute: String, Codable, CaseIterable, Sendable {
    case skin, hair
    case hairColor = "hair_color"
    case mouth, beard, glasses, hat
    case hatColor = "hat_color"
    case clothing
    case clothingColor = "clothing_color"
    case background

    /// The names of the attribute's values.
    public var values: [String] {
        switch self {
        case .skin: Self.names(AvatarAttributes.Skin.self)
        case .hair: Self.names(AvatarAttributes.HairStyle.self)
        case .hairColor: Self.names(AvatarAttributes.HairColor.self)
        case .mouth: Self.names(AvatarAttributes.Mouth.self)
        case .beard: Self.names(AvatarAttributes.Beard.self)
        case .glasses: Self.names(AvatarAttributes.Glasses.self)
        case .hat: Self.names(AvatarAttributes.Hat.self)
        case .hatColor, .clothingColor: Self.names(AvatarAttributes.Cloth.self)
        case .clothing: Self.names(AvatarAttributes.Clothing.self)
        case .background: Self.names(AvatarAttributes.Background.self)
        }
    }

    private static func names<Value: CaseIterable & RawRepresentable<String>>(_: Value.Type) -> [String] {
        Value.allCases.map(\.rawValue)
    }
}

extension AvatarAttributes {
    /// The value's name, such as "round" for the glasses.
    public subscript(attribute: AvatarAttribute) -> String {
        switch attribute {
        case .skin: skin.rawValue
        case .hair: hair.rawValue
        case .hairColor: hairColor.rawValue
        case .mouth: mouth.rawValue
        case .beard: beard.rawValue
        case .glasses: glasses.rawValue
        case .hat: hat.rawValue
        case .hatColor: hatColor.rawValue
        case .clothing: clothing.rawValue
        case .clothingColor: clothingColor.rawValue
        case .background: background.rawValue
        }
    }
}

extension RandomStream {
    /// One of the cases: all equally likely, or by weights in the order of the cases.
    fileprivate mutating func pick<Value: CaseIterable>(weights: [Double]? = nil) -> Value {
        let cases = Array(Value.allCases)
        let weights = weights ?? Array(repeating: 1, count: cases.count)
        precondition(weights.count == cases.count, "one weight a case of \(Value.self)")
        var rest = uniform() * weights.reduce(0, +)
        for (value, weight) in zip(cases, weights) {
            if rest < weight { return value }
            rest -= weight
        }
        return cases[cases.count - 1]
    }
}
