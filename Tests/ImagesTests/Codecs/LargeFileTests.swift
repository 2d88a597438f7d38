import Foundation
import Images
import TestSupport
import Testing

/// Files that are larger than what they are worth.
@Suite struct LargeFileTests {
    @Test func `what is no image is refused by its first bytes`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/sparse.png"
            try Data().write(to: URL(fileURLWithPath: path))
            // Far more than may be read, were it an image.
            #expect(truncate(path, 1 << 40) == 0)
            let refusal = ImageError.unknownFormat(path: path, found: "no known image")
            #expect(throws: refusal) { try Image(decoding: path) }
            #expect(throws: refusal) { try ImageHeader(path) }
            #expect(throws: refusal) { try LabelMap(decoding: path) }
        }
    }

    /// Each takes 200 MB to decode, so that on small machines they wait for each other.
    @Test func `many large images are decoded at once`() async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            let bytes = Image(width: 5000, height: 5000, color: [9]).pngData()
            for _ in 0..<6 { group.addTask { try Image(decoding: bytes, path: "large").pixels.count } }
            for try await count in group { #expect(count == 25_000_000) }
        }
    }
}
