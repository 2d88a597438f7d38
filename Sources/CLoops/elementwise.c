#include "CLoops.h"
