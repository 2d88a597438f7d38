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
        case .chestnut: Self.tones(0x9E623F, 0x7F4A2F, 0xA6402F, 0x74302D)
        case .espresso: Self.tones(0x6F4530, 0x573323, 0x85392F, 0x9B5249)
        }
    }

    private static func tones(_ base: UInt32, _ shade: UInt32, _ blush: UInt32, _ lips: UInt32) -> SkinTones {
        SkinTones(base: Color(base), shade: Color(shade), blush: Color(blush), lips: Color(lips))
    }
}

/// The colors of hair in light, in shade, where it shines, and of brows and beards.
struct HairTones {
    let base: Color
    let shade: Color
    let gloss: Color
    let brow: Color
}

extension AvatarAttributes.HairColor {
    var tones: HairTones {
        switch self {
        case .black: Self.tones(0x302C3A, 0x221F2B, 0x5C5870, 0x25212C)
        case .brown: Self.tones(0x553629, 0x3E271F, 0x86604B, 0x3E2820)
        case .chestnut: Self.tones(0x86502F, 0x663A22, 0xB67F56, 0x5E3722)
        case .copper: Self.tones(0xCB6A3A, 0xA24D27, 0xEB9C69, 0x97482A)
        case .blond: Self.tones(0xEDC474, 0xCB9849, 0xFBE3AE, 0xB4813F)
        case .silver: Self.tones(0xC9CCD8, 0xA1A5B7, 0xEBEDF4, 0x8C8A96)
        case .rose: Self.tones(0xE88FAA, 0xC5678A, 0xF9BFD0, 0xA9577A)
        case .blue: Self.tones(0x5B8BCB, 0x3F6AA8, 0x98BDEB, 0x3A5F98)
        }
    }

    private static func tones(_ base: UInt32, _ shade: UInt32, _ gloss: UInt32, _ brow: UInt32) -> HairTones {
        HairTones(base: Color(base), shade: Color(shade), gloss: Color(gloss), brow: Color(brow))
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
