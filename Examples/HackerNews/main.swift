print("hackernews")
