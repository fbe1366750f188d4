// The throughput of libcurl alone: repeatedly posts the same bodies from
// memory, and prints bytes per second. http_bench.py runs it.
//
//   http_loop URL CONNECTIONS SECONDS BODY_FILE ...

#include <curl/curl.h>
#include <malloc.h>

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

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const char* const url = argv[1];
  const int connections = std::atoi(argv[2]);
  const double seconds = std::atof(argv[3]);
  std::vector<std::string> bodies;
  for (int i = 4; i < argc; ++i) {
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
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512L * 1024);
    handles.push_back(easy);
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [begin] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         begin)
        .count();
  };
  for (CURL* const easy : handles) send(easy);
  double bytes = 0;
  int running = connections;
  bool ended = false;
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
      ended = ended || elapsed() > seconds;
      if (!ended) {
        send(easy);
        running = 1;
      }
    }
    if (running > 0) curl_multi_poll(multi, nullptr, 0, 100, nullptr);
  }
  std::printf("%.0f\n", bytes / elapsed());
  for (CURL* const easy : handles) curl_easy_cleanup(easy);
  curl_slist_free_all(headers);
  curl_multi_cleanup(multi);
  return 0;
}
