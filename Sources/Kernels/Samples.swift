import CLoops

/// `result = (2 samples - 255) / 255`: 8-bit samples in [-1, 1], where 0 and 255 become exactly -1 and 1.
public func convertToSigned(
    _ samples: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<Scalar>, count: Int
) {
    loop_bytes_to_signed(result, samples, count)
}
