// The throughput of libcurl alone: posts the same bodies from memory in turn,
// and prints the seconds and the processor seconds that sending took, and the
// number of bytes. http_bench.py runs it.
//
//   http_loop URL CONNECTIONS REQUESTS HEADER BODY_FILE ...
//
// HEADER is added to each request. REQUESTS is at least CONNECTIONS.

#include <curl/curl.h>
#include <malloc.h>
#include <sys/resource.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

std::size_t Ignore(char*, std::size_t, std::size_t count, void*) {
  return count;
}

double ProcessorSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) return 2;
  const char* const url = argv[1];
  const int connections = std::atoi(argv[2]);
  const auto requests = static_cast<std::size_t>(std::atoll(argv[3]));
  std::vector<std::string> bodies;
  for (int i = 5; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    bodies.emplace_back(std::istreambuf_iterator<char>(file),
                        std::istreambuf_iterator<char>());
  }
  // Like `load`: keep the memory that libcurl frees after a request for the
  // next.
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  curl_global_init(CURL_GLOBAL_ALL);
  CURLM* const multi = curl_multi_init();
  curl_slist* headers = curl_slist_append(nullptr, "Expect:");
  headers = curl_slist_append(headers, "Content-Type: application/x-ndjson");
  headers = curl_slist_append(headers, argv[4]);
  std::size_t next = 0;
  const auto send = [&](CURL* easy) {
    const std::string& body = bodies[next++ % bodies.size()];
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
    curl_multi_add_handle(multi, easy);
  };
  std::vector<CURL*> handles;
  for (int i = 0; i < connections; ++i) {
    CURL* const easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Ignore);
    // The whole body at once, like `load`. libcurl takes no larger buffer.
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 2L * 1024 * 1024);
    handles.push_back(easy);
  }
  const double processor_before = ProcessorSeconds();
  const auto begin = std::chrono::steady_clock::now();
  for (CURL* const easy : handles) send(easy);
  double bytes = 0;
  int running = connections;
  while (running > 0) {
    curl_multi_perform(multi, &running);
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi, &left)) {
      CURL* const easy = message->easy_handle;
      long status = 0;
      curl_off_t sent = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &sent);
      if (status / 100 != 2) return 1;
      bytes += static_cast<double>(sent);
      curl_multi_remove_handle(multi, easy);
      if (next < requests) {
        send(easy);
        running = 1;
      }
    }
    if (running > 0) curl_multi_poll(multi, nullptr, 0, 100, nullptr);
  }
  const std::chrono::duration<double> elapsed =
      std::chrono::steady_clock::now() - begin;
  std::printf("%.6f %.6f %.0f\n", elapsed.count(),
              ProcessorSeconds() - processor_before, bytes);
  for (CURL* const easy : handles) curl_easy_cleanup(easy);
  curl_slist_free_all(headers);
  curl_multi_cleanup(multi);
  return 0;
}
