#include "deliver/http_client.h"

#include <sys/resource.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

#include "base/system.h"
#include "busyhour/error.h"
#include "deliver/curl.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace busyhour::internal {
namespace {

using testing::HasSubstr;

template <class Failure, class Work>
std::string WhatIsThrown(const Work& work) {
  try {
    work();
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "nothing of that kind";
}

// While an object of this class exists, no file descriptor can be opened.
class NoDescriptors {
 public:
  NoDescriptors() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const rlimit none{0, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

 private:
  rlimit before_{};
};

// Whether waiting for many files takes a file descriptor.
bool PollersTakeDescriptors() {
  // Sanitizers need a descriptor to look at it, also when it is destroyed.
  std::unique_ptr<Poller> poller;
  const NoDescriptors none;
  try {
    poller = NewPoller();
  } catch (const std::system_error&) {
    return true;
  }
  return false;
}

TEST(HttpClientTest, SaysWhenThereAreNoFileDescriptorsLeft) {
  if (!PollersTakeDescriptors()) {
    GTEST_SKIP() << "this system takes no descriptor";
  }
  EXPECT_THAT(WhatIsThrown<std::system_error>([] {
                const NoDescriptors none;
                NewHttpClient({});
              }),
              HasSubstr("cannot wait for answers: Too many open files"));
}

TEST(CurlTest, SaysWhichOptionLibcurlDoesNotTake) {
  const std::unique_ptr<CURL, void (*)(CURL*)> easy(curl_easy_init(),
                                                    curl_easy_cleanup);
  EXPECT_THAT(WhatIsThrown<InputError>([&] {
                SetOption(easy.get(), CURLOPT_PROTOCOLS_STR, "carrier-pigeon");
              }),
              HasSubstr("libcurl: does not take the option PROTOCOLS_STR: "));
}

TEST(CurlTest, SaysWhenATransferIsRefused) {
  const MultiHandle multi = NewMultiHandle();
  const EasyHandle easy = NewEasyHandle({}, std::chrono::milliseconds(1000));
  AddTransfer(multi.get(), easy.get());
  EXPECT_THAT(WhatIsThrown<std::runtime_error>(
                  [&] { AddTransfer(multi.get(), easy.get()); }),
              HasSubstr("libcurl does not start a transfer: "));
  curl_multi_remove_handle(multi.get(), easy.get());
}

}  // namespace
}  // namespace busyhour::internal
