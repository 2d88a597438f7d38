/// The plots' lettering: printable ASCII, drawn as strokes of any size.
///
/// A letter is a pattern of dots, 5 wide and 9 high (7 rows above the baseline, 2 below). Strokes join
/// neighboring dots, which makes smooth letters of a small table.
enum Lettering {
    /// Rows above the baseline, the lowest standing on it.
    static let ascent = 6.0

    struct Letter {
        /// Pairs of joined dots as (column, row) from the upper left one; a dot alone is joined to itself.
        var strokes: [(from: SIMD2<Double>, to: SIMD2<Double>)] = []
        /// Columns from the first dot to the last.
        var width = 2.0
    }

    /// The letter for a character; what is not printable ASCII shows as a question mark.
    static func letter(_ character: Character) -> Letter {
        let code = character.asciiValue.flatMap { (32...126).contains($0) ? $0 : nil } ?? 63
        return letters[Int(code) - 32]
    }

    /// How far a text reaches, in dots.
    static func width(of text: String) -> Double {
        text.reduce(0) { $0 + letter($1).width + spacing } - (text.isEmpty ? 0 : spacing)
    }

    /// Columns from one letter's last dot to the next one's first.
    static let spacing = 2.0

    private static let letters = patterns.map(Letter.init(pattern:))

    /// For each character from the space on, 45 bits: rows from the top, columns from the left, the first dot in
    /// the highest bit.
    private static let patterns: [UInt64] = [
        0x000000000000, 0x108421004000, 0x14A000000000, 0x0A57D5F52800,  // space ! " #
        0x047D1C5F1000, 0x19C88889CC00, 0x0C9511593400, 0x108000000000,  // $ % & '
        0x044421041000, 0x104108444000, 0x00255D520000, 0x00213E420000,  // ( ) * +
        0x000000042200, 0x00003C000000, 0x000000004000, 0x010888884000,  // , - . /
        0x0E8C6318B800, 0x046508427C00, 0x0E8844447C00, 0x0E884C18B800,  // 0 1 2 3
        0x0232A5F10800, 0x1F878218B800, 0x0E843D18B800, 0x1F0884421000,  // 4 5 6 7
        0x0E8C5D18B800, 0x0E8C5E10B800, 0x000400004000, 0x000200042200,  // 8 9 : ;
        0x022220820800, 0x000781E00000, 0x104104444000, 0x0E8844401000,  // < = > ?
        0x0E8DEB783800, 0x0422951FC400, 0x1E8C7D18F800, 0x0E8C2108B800,  // @ A B C
        0x1E8C6318F800, 0x1F843D087C00, 0x1F843D084000, 0x0E8C2718B800,  // D E F G
        0x118C7F18C400, 0x1C4210847000, 0x01084218B800, 0x119531494400,  // H I J K
        0x108421087C00, 0x11DD6B18C400, 0x11CD6B59C400, 0x0E8C6318B800,  // L M N O
        0x1E8C7D084000, 0x0E8C63593400, 0x1E8C7D494400, 0x0F841C10F800,  // P Q R S
        0x1F2108421000, 0x118C6318B800, 0x118C54A21000, 0x118C6B5DC400,  // T U V W
        0x118A88A8C400, 0x118A88421000, 0x1F0888887C00, 0x1C8421087000,  // X Y Z [
        0x108208208400, 0x1C2108427000, 0x045440000000, 0x0000000003E0,  // \ ] ^ _
        0x104000000000, 0x000382F8BC00, 0x1087A318F800, 0x0003A1083800,  // ` a b c
        0x010BE318BC00, 0x0003A3F83800, 0x064790842000, 0x0003E318BC2E,  // d e f g
        0x1087A318C400, 0x100421084000, 0x040108421098, 0x1084A98A4800,  // h i j k
        0x108421082000, 0x0006AB5AD400, 0x0007A318C400, 0x0003A318B800,  // l m n o
        0x0007A318FA10, 0x0003E318BC21, 0x0005B1084000, 0x0003E0E0F800,  // p q r s
        0x084790841800, 0x00046318BC00, 0x000462A51000, 0x00046B5AA800,  // t u v w
        0x000454454400, 0x00046318BC2E, 0x0007C4447C00, 0x044220841000,  // x y z {
        0x108421084000, 0x104208844000, 0x000013590000,  // | } ~
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
