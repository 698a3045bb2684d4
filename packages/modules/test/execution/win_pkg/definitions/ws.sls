

  ws:
    '1.0':
        full_name:    'Spaces'   
        installer:  a   b   
        
