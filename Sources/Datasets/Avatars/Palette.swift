/// The colors of skin in light, in shade, flushed, and of the lips.
struct SkinTones {
    let base: Color
    let shade: Color
    let blush: Color
    let lips: Color
}

extension AvatarAttributes.Skin {
    var tones: SkinTones {
        switch self {
        case .porcelain: Self.tones(0xFCE0D0, 0xF0BFA9, 0xF58E86, 0xD9736F)
        case .fair: Self.tones(0xF7CDAE, 0xE3A685, 0xF0806F, 0xC9635A)
        case .honey: Self.tones(0xE9B184, 0xCF8E62, 0xE2735A, 0xB5574A)
        case .caramel: Self.tones(0xCB8A5B, 0xAB6B42, 0xC9573F, 0x98463A)
        case .chestnut: Self.tones(0x9E623F, 0x7F4A2F, 0xA6402F, 0x6E2F2A)
        case .espresso: Self.tones(0x6F4530, 0x573323, 0x8A3A30, 0x4C2422)
        }
    }

    private static func tones(_ base: UInt32, _ shade: UInt32, _ blush: UInt32, _ lips: UInt32) -> SkinTones {
        SkinTones(base: Color(base), shade: Color(shade), blush: Color(blush), lips: Color(lips))
    }
}

extension AvatarAttributes.HairColor {
    var color: Color {
        switch self {
        case .black: Color(0x2E2A36)
        case .brown: Color(0x4F3329)
        case .chestnut: Color(0x7D4B33)
        case .copper: Color(0xC4643A)
        case .blond: Color(0xEBC272)
        case .silver: Color(0xC3C6D2)
        case .rose: Color(0xE58AA6)
        case .blue: Color(0x5483C4)
        }
    }

    /// For brows and beards, which look thin in light colors.
    var browColor: Color {
        switch self {
        case .black, .brown: color
        case .blond, .silver: color.darker(0.38)
        default: color.darker(0.25)
        }
    }
}

extension AvatarAttributes.Cloth {
    var color: Color {
        switch self {
        case .navy: Color(0x3B5480)
        case .coral: Color(0xF0705F)
        case .teal: Color(0x35A08F)
        case .mustard: Color(0xEFB442)
        case .plum: Color(0x82589C)
        case .cream: Color(0xF6F1E7)
        }
    }
}

extension AvatarAttributes.Background {
    var color: Color {
        switch self {
        case .sky: Color(0xBFDDF3)
        case .mint: Color(0xBFE5D3)
        case .lavender: Color(0xD3CBF1)
        case .peach: Color(0xFBD3BC)
        case .lemon: Color(0xFAE8AE)
        case .rose: Color(0xF6C6D2)
        }
    }
}
