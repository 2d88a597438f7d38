import Datasets
import Foundation

/// Tells of images that are left out, each in a line beside the output.
func tell(ofSkipped skipped: [SkippedImage]) {
    for image in skipped {
        FileHandle.standardError.write(Data("Skipped \(image.file): \(image.reason)\n".utf8))
    }
}
