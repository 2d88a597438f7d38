import Foundation

/// Tiny JPEG files, made with libjpeg at quality 95 without chroma subsampling and without a JFIF mark.
enum TinyJPEG {
    /// 24x16 gray in six blocks of 8x8: 20, 60, 100 above 140, 180, 220.
    static let gray = bytes(
        """
        /9j/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/ \
        wAALCAAQABgBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAACAn/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AInlAUBQ \
        FAUD/9k=
        """)

    /// 16x8 YCbCr in two blocks: (200, 40, 60) and (30, 90, 210).
    static let color = bytes(
        """
        /9j/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/ \
        2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAAR \
        CAAIABADAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABQj/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAA \
        AAAAAAAAAAAACQf/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCZ07JwPK4Cd//Z
        """)

    /// The same, progressive.
    static let progressive = bytes(
        """
        /9j/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/ \
        2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wgAR \
        CAAIABADAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABAf/xAAVAQEBAAAAAAAAAAAAAAAAAAAIBv/aAAwDAQACEAMQ \
        AAABmc6nDq4J/wD/xAAUEAEAAAAAAAAAAAAAAAAAAAAQ/9oACAEBAAEFAj//xAAUEQEAAAAAAAAAAAAAAAAAAAAQ/9oACAED \
        AQE/AT//xAAUEQEAAAAAAAAAAAAAAAAAAAAQ/9oACAECAQE/AT//xAAUEAEAAAAAAAAAAAAAAAAAAAAQ/9oACAEBAAY/Aj// \
        xAAUEAEAAAAAAAAAAAAAAAAAAAAQ/9oACAEBAAE/IT//2gAMAwEAAgADAAAAEAP/xAAUEQEAAAAAAAAAAAAAAAAAAAAQ/9oA \
        CAEDAQE/ED//xAAUEQEAAAAAAAAAAAAAAAAAAAAQ/9oACAECAQE/ED//xAAUEAEAAAAAAAAAAAAAAAAAAAAQ/9oACAEBAAE/ \
        ED//2Q==
        """)

    /// The same as RGB without color transform, with a restart mark between the blocks.
    static let restarts = bytes(
        """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkK \
        CgoKCgYICwwLCgwJCgoK/8AAEQgACAAQA1IRAEcRAEIRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAkI/8QAFBABAAAAAAAAAAAA \
        AAAAAAAAAP/dAAQAAf/aAAwDUgBHAEIAAD8ASAT473//0B3TOUh//9k=
        """)

    /// 16x8 Adobe CMYK (stored inverted) in two blocks of inks: (10, 200, 150, 30) and (220, 120, 0, 60).
    static let inks = bytes(
        """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkK \
        CgoKCgYICwwLCgwJCgoK/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAkHCv/EABQQAQAAAAAA \
        AAAAAAAAAAAAAAD/2gAOBEMATQBZAEsAAD8AdQbaRmEYtygNLCDv/9k=
        """)

    /// The same as YCCK.
    static let transformedInks = bytes(
        """
        /9j/7gAOQWRvYmUAZAAAAAAC/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkK \
        CgoKCgYICwwLCgwJCgoK/9sAQwECAgICAgIFAwMFCgcGBwoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK \
        CgoKCgoKCgoKCgoK/8AAFAgACAAQBAERAAIRAQMRAQQRAP/EABcAAAMBAAAAAAAAAAAAAAAAAAMGBwn/xAAUEAEAAAAAAAAA \
        AAAAAAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAACQUK/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAA4EAQACEQMRBAAAPwBk \
        XBJthAxXtLiDv//Z
        """)

    private static func bytes(_ base64: String) -> [UInt8] {
        [UInt8](Data(base64Encoded: base64.filter { $0 != " " })!)
    }

    /// `file` with an Exif segment that says how the camera was held.
    static func turned(_ file: [UInt8], orientation: UInt8, littleEndian: Bool) -> [UInt8] {
        let entry: [UInt8] =
            littleEndian
            ? [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
            : [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
        let start: [UInt8] =
            littleEndian ? [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0] : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1]
        let exif = Array("Exif".utf8) + [0, 0] + start + entry + [0, 0, 0, 0]
        return file[..<2] + [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif + file[2...]
    }

    /// `file` with other sizes in its frame header.
    static func claiming(_ file: [UInt8], width: Int, height: Int) -> [UInt8] {
        var file = file
        let frame = file.indices.first { file[$0] == 0xFF && [0xC0, 0xC1, 0xC2].contains(file[$0 + 1]) }!
        file.replaceSubrange(
            frame + 5..<frame + 9,
            with: [UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255)])
        return file
    }
}
