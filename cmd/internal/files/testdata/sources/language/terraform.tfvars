region = "eu-west-1"
stage  = "test"
functions = {
  api    = { memory = 1024, queues = [{ name = "jobs" }, { name = "more", most = 7 }] }
  worker = { reserved = 20, arch = "arm64" }
  small  = {}
}
