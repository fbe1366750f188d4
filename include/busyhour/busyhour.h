#pragma once

// The whole interface, but for `busyhour/testing.h`, which needs GoogleTest.

#include "busyhour/arrow.h"
#include "busyhour/call.h"
#include "busyhour/catalog.h"
#include "busyhour/error.h"
#include "busyhour/explain.h"
#include "busyhour/iterator.h"
#include "busyhour/job.h"
#include "busyhour/profile.h"
#include "busyhour/receiver.h"
#include "busyhour/record.h"
#include "busyhour/verify.h"
#include "busyhour/version.h"
#include "busyhour/write.h"
