import Files
import Testing

@Suite struct PathTests {
    @Test(arguments: [
        ("a/b.png", "a", "b.png"), ("/b.png", "/", "b.png"), ("b.png", ".", "b.png"),
        ("/a/b/c", "/a/b", "c"),
    ])
    func `a path's folder and name`(path: String, folder: String, name: String) {
        #expect(parent(of: path) == folder)
        #expect(lastComponent(of: path) == name)
    }

    @Test func `a name joins its folder with one slash`() {
        #expect(join("a", "b") == "a/b")
        #expect(join("a/", "b") == "a/b")
        #expect(join("", "b") == "b")
    }
}
