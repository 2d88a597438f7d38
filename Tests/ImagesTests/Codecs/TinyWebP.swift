import Foundation

/// Tiny WebP files, made with libwebp; the animation was put together after the container's specification.
enum TinyWebP {
    /// 16x8 in two blocks, lossy: (200, 40, 60) and (30, 90, 210).
    static let color = bytes(
        """
        UklGRkIAAABXRUJQVlA4IDYAAABQAgCdASoQAAgAAIAIJaACdLoB+AH6gf0AB5AA/vvX/Wzf/TR6XMEb/0ED/+v5fFnrz/6Y \
        sAA=
        """)

    /// The same with alpha 255 and 128.
    static let transparent = bytes(
        """
        UklGRnAAAABXRUJQVlA4WAoAAAAQAAAADwAABwAAQUxQSBMAAAABD/DA/4iIIBZM5i/dmUJE/0MHAFZQOCA2AAAAUAIAnQEq \
        EAAIAACACCWgAnS6AfgB+oH9AAeQAP771/1s3/00elzBG/9BA//r+XxZ68/+mLAA
        """)

    /// The samples of `lossless`.
    static let samples: [UInt8] = [
        255, 0, 0, 255, 0, 255, 0, 128, 0, 0, 255, 255,
        10, 20, 30, 255, 40, 50, 60, 0, 70, 80, 90, 7,
    ]

    /// 3x2, lossless, with alpha.
    static let lossless = bytes(
        """
        UklGRkoAAABXRUJQVlA4TD4AAAAvAkAAEC8gJCCcUP1/6QaZtE37TkT9uxxBts0uUn/Lk03aJFPPLr28AT8f25wWS6CQbQQ4 \
        dC/IsVxE/2N4AQ==
        """)

    /// The same without alpha, with an Exif orientation of 6.
    static let turned = bytes(
        """
        UklGRnYAAABXRUJQVlA4WAoAAAAIAAAAAgAAAQAAVlA4TDUAAAAvAkAAAC9AmG20Odx7/panISQgdB/8f4kg22YXqb/l5z/g \
        z3gmRQGFbCPAoXsFTuki+h/DCwBFWElGGgAAAE1NACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA
        """)

    /// A canvas of 6x5 with the same, not turned, at (2, 2), and a second frame of one color.
    static let animation = bytes(
        """
        UklGRqwAAABXRUJQVlA4WAoAAAACAAAABQAABAAAQU5JTQYAAAD/////AABBTk1GTgAAAAEAAAEAAAIAAAEAAGQAAABWUDhM \
        NQAAAC8CQAAAL0CYbbQ53Hv+lqchJCB0H/x/iSDbZhepv+XnP+DPeCZFAYVsI8ChewVO6SL6H8MLAEFOTUYqAAAAAAAAAAAA \
        BQAABAAAZAAAAFZQOEwRAAAALwUAAQAH0IQmNKH/gYjofwAA
        """)

    /// `animation` with another size of its canvas, in pixels.
    static func canvas(width: Int, height: Int) -> [UInt8] {
        var file = animation
        for (place, value) in [(24, width - 1), (27, height - 1)] {
            for byte in 0..<3 { file[place + byte] = UInt8(value >> (8 * byte) & 255) }
        }
        return file
    }

    /// `lossless` with another size than its data has, in pixels.
    static func claiming(width: Int, height: Int) -> [UInt8] {
        var file = lossless
        // 14 bits each behind the coding's own mark, then those for alpha and the version.
        let size = (width - 1) | (height - 1) << 14 | 1 << 28
        for byte in 0..<4 { file[21 + byte] = UInt8(size >> (8 * byte) & 255) }
        return file
    }

    private static func bytes(_ base64: String) -> [UInt8] {
        [UInt8](Data(base64Encoded: base64.filter { $0 != " " })!)
    }
}
