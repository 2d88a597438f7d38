@main struct GAN { static func main() {} }
