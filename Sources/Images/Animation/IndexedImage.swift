/// An image as indices into a palette of at most 256 colors.
///
/// Up to 256 colors (255 with transparency) are kept exactly; more are quantized. Pixels less than half
/// opaque become transparent, the others opaque.
struct IndexedImage {
    /// Red, green and blue in the lower 24 bits, or `transparent`.
    typealias Color = UInt32
    static let transparent: Color = .max

    /// The index of each pixel's color, rows from the top.
    let pixels: [UInt8]
    /// The palette; `transparent` comes first if any pixel is.
    let colors: [Color]

    init(_ image: Image) {
        let samples = IndexedImage.colors(of: image)
        (pixels, colors) =
            IndexedImage.exact(samples)
            ?? IndexedImage.grouped(samples, hasTransparency: samples.contains(IndexedImage.transparent))
    }

    private static func colors(of image: Image) -> [Color] {
        let (channels, samples) = (image.channels, image.pixels)
        let (green, blue) = channels >= 3 ? (1, 2) : (0, 0)
        return stride(from: 0, to: samples.count, by: channels).map { place in
            if image.hasAlpha && samples[place + channels - 1] < 128 { return transparent }
            return Color(samples[place]) << 16 | Color(samples[place + green]) << 8
                | Color(samples[place + blue])
        }
    }

    /// The exact colors, in the order of their appearance after a transparent one; nil if there are more than
    /// 256.
    private static func exact(_ samples: [Color]) -> (pixels: [UInt8], colors: [Color])? {
        var colors = samples.contains(transparent) ? [transparent] : []
        // A hash table with open addressing, at most a quarter full.
        var table = [Int16](repeating: -1, count: 1024)
        var pixels = [UInt8](repeating: 0, count: samples.count)
        for (index, color) in samples.enumerated() where color != transparent {
            // Knuth 1998, "The Art of Computer Programming" 3, section 6.4: times 2^32 over the golden ratio.
            var slot = Int((color &* 0x9E37_79B1) >> 22)
            while table[slot] >= 0 && colors[Int(table[slot])] != color { slot = (slot + 1) % table.count }
            if table[slot] < 0 {
                guard colors.count < 256 else { return nil }
                table[slot] = Int16(colors.count)
                colors.append(color)
            }
            pixels[index] = UInt8(table[slot])
        }
        return (pixels, colors)
    }

    /// The colors quantized to groups of similar ones.
    private static func grouped(
        _ samples: [Color], hasTransparency: Bool
    ) -> (pixels: [UInt8], colors: [Color]) {
        var cells = [ColorGroups.Cell](repeating: .init(), count: ColorGroups.cellCount)
        for color in samples where color != transparent { cells[ColorGroups.cell(of: color)].add(color) }
        let first = hasTransparency ? 1 : 0
        let groups = ColorGroups(cells, limit: 256 - first)
        let pixels = samples.map { color in
            color == transparent ? 0 : UInt8(first + groups.groupOfCell[ColorGroups.cell(of: color)])
        }
        return (pixels, (hasTransparency ? [transparent] : []) + groups.colors)
    }
}

/// Color quantization: the group with the largest sum of squared distances from its mean is split at the mean
/// of the channel that varies most, until there are enough groups.
///
/// - Source: Wan, Wong and Prusinkiewicz 1990, "An algorithm for multidimensional data clustering", on the
///   cells of 8x8x8 colors that Heckbert 1982, "Color image quantization for frame buffer display", section
///   4, uses.
private struct ColorGroups {
    /// The sum over pixels of similar colors.
    struct Cell {
        var count = 0.0
        var sum = SIMD3<Double>()
        var mean: SIMD3<Double> { sum / count }

        mutating func add(_ color: IndexedImage.Color) {
            count += 1
            sum += [Double(color >> 16), Double(color >> 8 & 0xFF), Double(color & 0xFF)]
        }
    }

    static let cellCount = 1 << 15

    /// The cell of a color: its five upper bits a channel.
    static func cell(of color: IndexedImage.Color) -> Int {
        let (red, green, blue) = (color >> 19, color >> 11 & 0x1F, color >> 3 & 0x1F)
        return Int(red << 10 | green << 5 | blue)
    }

    private(set) var colors: [IndexedImage.Color] = []
    /// For each cell that has pixels, the index of its group's color.
    private(set) var groupOfCell = [Int](repeating: 0, count: cellCount)

    init(_ cells: [Cell], limit: Int) {
        var groups = [Group(cells, cells.indices.filter { cells[$0].count > 0 })]
        while groups.count < limit {
            let widest = groups.indices.max { groups[$0].spread < groups[$1].spread }!
            guard let (low, high) = groups[widest].cut(cells) else { break }
            groups[widest] = low
            groups.append(high)
        }
        for (place, group) in groups.enumerated() {
            let mean = group.mean.rounded(.toNearestOrAwayFromZero)
            colors.append(UInt32(mean.x) << 16 | UInt32(mean.y) << 8 | UInt32(mean.z))
            for member in group.members { groupOfCell[member] = place }
        }
    }

    private struct Group {
        let members: [Int]
        let mean: SIMD3<Double>
        /// The channel that varies most, and its sum of squared distances from the mean.
        let channel: Int
        let spread: Double

        init(_ cells: [Cell], _ members: [Int]) {
            self.members = members
            var whole = Cell()
            for member in members {
                whole.count += cells[member].count
                whole.sum += cells[member].sum
            }
            mean = whole.mean
            var spreads = SIMD3<Double>()
            for member in members {
                let off = cells[member].mean - mean
                spreads += cells[member].count * off * off
            }
            channel = (0..<3).max { spreads[$0] < spreads[$1] }!
            spread = members.count > 1 ? spreads[channel] : 0
        }

        /// The two sides of the mean; nil for a group of one color.
        func cut(_ cells: [Cell]) -> (Group, Group)? {
            let low = members.filter { cells[$0].mean[channel] < mean[channel] }
            let high = members.filter { cells[$0].mean[channel] >= mean[channel] }
            return low.isEmpty || high.isEmpty ? nil : (Group(cells, low), Group(cells, high))
        }
    }
}
