import CCrypto
import Files

/// A SHA-256 digest, computed piece by piece.
package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            fatalError("libcrypto offers no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        // Fails only for a context that was never started.
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    package func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of all pieces, as 64 lowercase hexadecimal digits.
    package consuming func hexadecimal() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        let digits = Array("0123456789abcdef")
        return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// The digest of a file's content, as `sha256sum` prints it.
    package static func hexadecimal(ofFile path: String) throws(FileError) -> String {
        let file = try RegularFile(path)
        let hash = SHA256()
        for offset in stride(from: 0, to: file.size, by: 1 << 20) {
            hash.update(try file.read(count: 1 << 20, at: offset))
        }
        return hash.hexadecimal()
    }

    static let zeroDigits = String(repeating: "0", count: 64)
}
