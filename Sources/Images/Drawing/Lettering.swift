/// A stroke font for plots: printable ASCII at any size.
///
/// A letter is a pattern of dots, 5 wide and 9 high (7 rows above the baseline, 2 below). Strokes join
/// neighboring dots, which gives smooth letters from a small table.
package enum Lettering {
    /// Rows above the baseline, the lowest standing on it.
    package static let ascent = 6.0

    package struct Letter {
        /// Pairs of joined dots as (column, row) from the upper left one; a dot alone is joined to itself.
        package fileprivate(set) var strokes: [(from: SIMD2<Double>, to: SIMD2<Double>)] = []
        /// Columns from the first dot to the last.
        var width = 2.0
    }

    /// The letter for a character; what is not printable ASCII shows as a question mark.
    package static func letter(_ character: Character) -> Letter {
        let code = character.asciiValue.flatMap { (32...126).contains($0) ? $0 : nil } ?? 63
        return letters[Int(code) - 32]
    }

    /// The width of a text, in dots.
    package static func width(of text: String) -> Double {
        text.reduce(0) { $0 + letter($1).width + spacing } - (text.isEmpty ? 0 : spacing)
    }

    /// Columns from one letter's last dot to the next one's first.
    static let spacing = 2.0

    private static let letters = patterns.map(Letter.init(pattern:))

    /// For each character from the space on, 45 bits: rows from the top, columns from the left, the first dot
    /// in the highest bit.
    private static let patterns: [UInt64] = [
        0x0000_0000_0000, 0x1084_2100_4000, 0x14A0_0000_0000, 0x0A57_D5F5_2800,  // space ! " #
        0x047D_1C5F_1000, 0x19C8_8889_CC00, 0x0C95_1159_3400, 0x1080_0000_0000,  // $ % & '
        0x0444_2104_1000, 0x1041_0844_4000, 0x0025_5D52_0000, 0x0021_3E42_0000,  // ( ) * +
        0x0000_0004_2200, 0x0000_3C00_0000, 0x0000_0000_4000, 0x0108_8888_4000,  // , - . /
        0x0C94_A529_3000, 0x0465_0842_7C00, 0x0E88_4444_7C00, 0x0E88_4C18_B800,  // 0 1 2 3
        0x0232_A5F1_0800, 0x1F87_8218_B800, 0x0E84_3D18_B800, 0x1F08_8442_1000,  // 4 5 6 7
        0x0E8C_5D18_B800, 0x0E8C_5E10_B800, 0x0004_0000_4000, 0x0002_0004_2200,  // 8 9 : ;
        0x0222_2082_0800, 0x0007_81E0_0000, 0x1041_0444_4000, 0x0E88_4440_1000,  // < = > ?
        0x0E8D_EB78_3800, 0x0422_951F_C400, 0x1E8C_7D18_F800, 0x0E8C_2108_B800,  // @ A B C
        0x1E8C_6318_F800, 0x1F84_3D08_7C00, 0x1F84_3D08_4000, 0x0E8C_2718_B800,  // D E F G
        0x118C_7F18_C400, 0x1C42_1084_7000, 0x0108_4218_B800, 0x1195_3149_4400,  // H I J K
        0x1084_2108_7C00, 0x11DD_6B18_C400, 0x11CD_6B59_C400, 0x0E8C_6318_B800,  // L M N O
        0x1E8C_7D08_4000, 0x0E8C_6359_3400, 0x1E8C_7D49_4400, 0x0F84_1C10_F800,  // P Q R S
        0x1F21_0842_1000, 0x118C_6318_B800, 0x118C_54A2_1000, 0x118C_6B5D_C400,  // T U V W
        0x118A_88A8_C400, 0x118A_8842_1000, 0x1F08_8888_7C00, 0x1884_2108_6000,  // X Y Z [
        0x1082_0820_8400, 0x1842_1084_6000, 0x0454_4000_0000, 0x0000_0000_03E0,  // \ ] ^ _
        0x1040_0000_0000, 0x0003_82F8_BC00, 0x1087_A318_F800, 0x0003_A108_3800,  // ` a b c
        0x010B_E318_BC00, 0x0003_A3F8_3800, 0x0647_9084_2000, 0x0003_E318_BC2E,  // d e f g
        0x1087_A318_C400, 0x1004_2108_4000, 0x0401_0842_1098, 0x1084_A98A_4800,  // h i j k
        0x1084_2108_2000, 0x0006_AB5A_D400, 0x0007_A318_C400, 0x0003_A318_B800,  // l m n o
        0x0007_A318_FA10, 0x0003_E318_BC21, 0x0005_B108_4000, 0x0003_E0E0_F800,  // p q r s
        0x0847_9084_1800, 0x0004_6318_BC00, 0x0004_62A5_1000, 0x0004_6B5A_A800,  // t u v w
        0x0004_5445_4400, 0x0004_6318_BC2E, 0x0007_C444_7C00, 0x0442_2084_1000,  // x y z {
        0x1084_2108_4210, 0x1042_0884_4000, 0x0000_1359_0000,  // | } ~
    ]
}

extension Lettering.Letter {
    fileprivate init(pattern: UInt64) {
        func isSet(_ column: Int, _ row: Int) -> Bool {
            (0..<5).contains(column) && (0..<9).contains(row) && pattern >> (44 - 5 * row - column) & 1 == 1
        }
        let dots = (0..<9).flatMap { row in (0..<5).map { ($0, row) } }.filter(isSet)
        guard let first = dots.map(\.0).min(), let last = dots.map(\.0).max() else { return }
        width = Double(last - first)

        func place(_ column: Int, _ row: Int) -> SIMD2<Double> { .init(Double(column - first), Double(row)) }
        for (column, row) in dots {
            let here = place(column, row)
            var neighbors = [(column + 1, row), (column, row + 1)].filter(isSet)
            // A diagonal only where no corner already joins the two.
            for side in [-1, 1] where !isSet(column + side, row) && !isSet(column, row + 1) {
                if isSet(column + side, row + 1) { neighbors.append((column + side, row + 1)) }
            }
            strokes += neighbors.map { (here, place($0, $1)) }
            if neighbors.isEmpty { strokes.append((here, here)) }
        }
    }
}
