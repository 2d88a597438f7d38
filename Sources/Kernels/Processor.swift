import Foundation

/// The number of cores this process may use.
let activeProcessorCount = max(1, ProcessInfo.processInfo.activeProcessorCount)
